/* SPDX-License-Identifier: ISC */
/*
 * usage: imapsh [--slow] [--trace] PORT USER PASSWORD COMMAND...
 *
 * The engine of IMAP by hand, against a server on 127.0.0.1 without TLS; --slow
 * is without pipelining, --trace shows the lines of both sides. Commands, in
 * their order, in one session:
 *
 *	list			folders with their counts
 *	statuses		their counts, by STATUS
 *	select FOLDER
 *	messages SET		"3,7,9:*": single UIDs, and all from one on
 *	uids FROM
 *	fetch DIRECTORY		all messages into files; "-": into /dev/null
 *	seen|delete SET		single UIDs only
 *	move SET FOLDER
 *	raw			all messages as one UID FETCH: what a read takes
 *
 * fetch and raw print "MILLISECONDS MESSAGES BYTES".
 */
#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "imap/attribute.h"
#include "imap/flags.h"
#include "imap/imap.h"
#include "imap/internal.h"
#include "now.h"

/* Limits for tests. */
#define UIDS_MAX       100000
#define FOLDERS_MAX    1000
#define NAME_MAX_BYTES 200

static struct error error = ERROR_INIT;
static char text[IMAP_TEXT_MAX];
static char names[FOLDERS_MAX][NAME_MAX_BYTES];
static struct slice folders[FOLDERS_MAX];
static size_t n_folders;
static uint32_t uids[UIDS_MAX];
static struct imap_wanted wanted[UIDS_MAX];
static unsigned char states[UIDS_MAX];
static size_t n_listed;

static void trace(char direction, struct slice line)
{
	(void)fprintf(stderr, "%c %.*s\n", direction, (int)line.len, line.p);
}

/* 1 and 0 are answers. */
static void must(int rc)
{
	if (rc == -1)
		errx(1, "%s", error.text);
}

/* Commands that the server may refuse, in words. */
static void must_not_refuse(int rc)
{
	must(rc);
	if (rc == 0)
		(void)printf("refused: %s\n", text);
}

static void show_counts(const struct counts *c)
{
	(void)printf(" %" PRIu32 " messages, UIDNEXT %" PRIu32 "\n",
		     c->messages, c->uid_next);
}

static int take_folder(void *context, const struct folder *folder,
		       const struct counts *counts, struct error *err)
{
	(void)context;
	(void)err;
	(void)printf("%.*s", (int)folder->name.len, folder->name.p);
	if (counts != NULL) {
		show_counts(counts);
		return 0;
	}
	(void)printf(" %c %x\n", folder->delimiter, folder->attributes);
	if ((folder->attributes & 1U << ATTRIBUTE_NOSELECT) != 0 ||
	    n_folders == FOLDERS_MAX || folder->name.len >= NAME_MAX_BYTES)
		return 0;
	memcpy(names[n_folders], folder->name.p, folder->name.len);
	folders[n_folders] = slice_str(names[n_folders]);
	n_folders++;
	return 0;
}

static int take_counts(void *context, size_t k, const struct counts *counts,
		       const char *why, struct error *err)
{
	(void)context;
	(void)err;
	(void)printf("%s", folders[k].p);
	if (counts == NULL)
		(void)printf(" refused: %s\n", why);
	else
		show_counts(counts);
	return 0;
}

static int take_listed(void *context, const struct imap_listed *m,
		       struct error *err)
{
	(void)context;
	(void)err;
	(void)printf("%" PRIu32 " %" PRIu64 " %x %" PRId64 "\n", m->uid,
		     m->size, m->flags, m->time);
	return 0;
}

static int take_wanted(void *context, const struct imap_listed *m,
		       struct error *err)
{
	(void)context;
	(void)err;
	if (n_listed == UIDS_MAX)
		return 0;
	wanted[n_listed].uid = m->uid;
	wanted[n_listed++].size = m->size;
	return 0;
}

static int take_uid(void *context, uint32_t uid, struct error *err)
{
	(void)context;
	(void)err;
	(void)printf("%" PRIu32 "\n", uid);
	return 0;
}

/* "3,7,9:*" */
static struct imap_set read_set(char *words)
{
	struct imap_set set = {0, uids, 0};

	for (char *w = strtok(words, ","); w != NULL; w = strtok(NULL, ",")) {
		uint32_t uid = (uint32_t)strtoul(w, NULL, 10);

		if (strstr(w, ":*") != NULL)
			set.from = uid;
		else if (set.n < UIDS_MAX)
			uids[set.n++] = uid;
	}
	return set;
}

static void list_all(struct imap *i)
{
	const struct imap_set all = {1, NULL, 0};

	n_listed = 0;
	must_not_refuse(
		imap_list_messages(i, &all, take_wanted, NULL, text, &error));
}

static int open_file(const char *dir, size_t n)
{
	char path[4096];
	int fd;

	if (strcmp(dir, "-") == 0)
		return -1;
	(void)snprintf(path, sizeof(path), "%s/%zu", dir, n);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd == -1)
		err(1, "%s", path);
	return fd;
}

static void fetch(struct imap *i, const char *dir)
{
	struct imap_answer answer;
	uint64_t bytes = 0;
	size_t n = 0;
	double start;
	int fd, rc;

	list_all(i);
	start = now_ms();
	imap_request(i, IMAP_MESSAGE, wanted, n_listed, 0);
	fd = open_file(dir, n);
	while ((rc = imap_next(i, fd, &answer, &error)) == 1) {
		bytes += answer.octets;
		if (answer.outcome != IMAP_FETCHED)
			(void)printf("%" PRIu32 " not fetched: %s\n",
				     answer.wanted->uid, answer.text);
		if (fd != -1)
			(void)close(fd);
		fd = open_file(dir, ++n);
	}
	must(rc);
	(void)printf("%.1f %zu %" PRIu64 "\n", now_ms() - start, n, bytes);
}

/* Without a look at what comes, but for the tag at its end. */
static void fetch_raw(struct imap *i)
{
	static const char ask[] = "Z1 UID FETCH 1:* BODY.PEEK[]\r\n";
	struct wire *w = &i->wire;
	double start = now_ms();
	uint64_t bytes = 0;
	char *tag = NULL;

	wire_ask_more(w, slice_str(ask));
	while (tag == NULL) {
		if (wire_fill(w, &error) == -1)
			must(-1);
		bytes += w->len - w->at;
		tag = memmem(w->input + w->at, w->len - w->at, "\r\nZ1 ", 5);
		/* The tag may come in two pieces. */
		w->at = w->len > 5 ? w->len - 5 : 0;
	}
	w->at = w->len;
	(void)printf("%.1f 0 %" PRIu64 "\n", now_ms() - start, bytes);
}

static void change(struct imap *i, const char *what, char *set,
		   const char *folder)
{
	struct imap_set all = read_set(set);
	struct imap_change c = {uids, states, all.n, ""};
	int rc;

	memset(states, IMAP_UNCHANGED, sizeof(states));
	if (strcmp(what, "seen") == 0)
		rc = imap_add_flags(i, &c, IMAP_FLAG_SEEN, &error);
	else if (strcmp(what, "delete") == 0)
		rc = imap_delete(i, &c, SLICE_EMPTY, &error);
	else
		rc = imap_move(i, &c, slice_str(folder), &error);
	must(rc);
	for (size_t k = 0; k < all.n; k++)
		(void)printf("%" PRIu32 " %d\n", uids[k], states[k]);
	if (rc == 0)
		(void)printf("refused: %s\n", c.text);
}

static void select_folder(struct imap *i, const char *name)
{
	struct imap_selected selected;
	int rc = imap_select(i, slice_str(name), false, &selected, &error);

	memcpy(text, selected.text, sizeof(text));
	must_not_refuse(rc);
	if (rc == 0)
		return;
	(void)printf("%" PRIu32 " messages, UIDVALIDITY %" PRIu32
		     ", UIDNEXT %" PRIu32 "\n",
		     selected.messages, selected.uid_validity,
		     selected.uid_next);
}

static void list_messages(struct imap *i, char *words)
{
	const struct imap_set set = read_set(words);

	must_not_refuse(
		imap_list_messages(i, &set, take_listed, NULL, text, &error));
}

static void list_uids(struct imap *i, const char *from)
{
	must_not_refuse(imap_list_uids(i, (uint32_t)strtoul(from, NULL, 10),
				       take_uid, NULL, text, &error));
}

static bool is(char **word, const char *command)
{
	return strcmp(word[0], command) == 0;
}

/* Returns how many words it took. */
static int run(struct imap *i, char **word)
{
	if (is(word, "list"))
		must(imap_list(i, true, take_folder, NULL, &error));
	else if (is(word, "statuses"))
		must(imap_statuses(i, folders, n_folders, take_counts, NULL,
				   &error));
	else if (is(word, "raw"))
		fetch_raw(i);
	if (is(word, "list") || is(word, "statuses") || is(word, "raw"))
		return 1;
	if (word[1] == NULL)
		errx(64, "%s: what is that?", word[0]);
	if (is(word, "select"))
		select_folder(i, word[1]);
	else if (is(word, "uids"))
		list_uids(i, word[1]);
	else if (is(word, "fetch"))
		fetch(i, word[1]);
	else if (is(word, "messages"))
		list_messages(i, word[1]);
	else
		change(i, word[0], word[1], word[2]);
	return is(word, "move") ? 3 : 2;
}

static struct imap *log_in(char **argv, bool pipelining, wire_trace *show)
{
	static char host[] = "127.0.0.1";
	const struct account account = {
		.protocol = PROTOCOL_IMAP,
		.host = host,
		.port = (int)strtol(argv[0], NULL, 10),
		.tls = TLS_NONE,
		.user = argv[1],
		.timeout = 30,
		.pipelining = pipelining ? PIPELINING_AUTO : PIPELINING_NO,
	};
	const struct conn_secret secret = {.text = argv[2]};
	struct conn *conn;
	struct imap *i;

	must(conn_open(&conn, &account, &error));
	i = imap_new(conn, show, pipelining);
	must(imap_login(i, &account, &secret, &error));
	return i;
}

int main(int argc, char **argv)
{
	bool pipelining = true;
	wire_trace *show = NULL;
	struct imap *i;

	for (; argc > 1 && strncmp(argv[1], "--", 2) == 0; argv++, argc--) {
		if (strcmp(argv[1], "--slow") == 0)
			pipelining = false;
		else
			show = trace;
	}
	if (argc < 4)
		errx(64, "usage: imapsh [--slow] [--trace] PORT USER PASSWORD "
			 "COMMAND...");
	i = log_in(argv + 1, pipelining, show);
	argv += 4;
	while (*argv != NULL)
		argv += run(i, argv);
	must(imap_logout(i, &error));
	imap_close(i);
	return 0;
}
