/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sysexits.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/load.h"
#include "config/config.h"
#include "mail/identity.h"
#include "mail/message.h"
#include "mail/origin.h"
#include "run/options.h"
#include "sort/preview.h"
#include "sort/sort.h"
#include "state/dir.h"
#include "state/spool.h"
#include "util/clock.h"
#include "util/io.h"
#include "util/log.h"
#include "util/privilege.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Read and written at a time. */
#define CHUNK_SIZE (64 * 1024)

/*
 * Stop sorting after so long. An MTA waits for us, and would deliver the
 * message again after its timeout: Postfix waits 1000 seconds, the shortest we
 * know.
 */
#define SORT_SECONDS 240

/* Bytes of the header that are read to find its Return-Path. */
#define HOLD_MAX ((size_t)256 * 1024)

/* A longer "From " line has no sender: RFC 5321 allows 256 bytes. */
#define FROM_MAX 1024

/* Standard input on its way to a file. */
struct intake {
	int fd;
	bool after_cr; /* the last byte was a CR: perhaps of a CRLF */
	bool in_from;  /* inside the "From " line at the top */
	bool holding;  /* `held` waits for the end of the header */
	struct buf from, held;
	uint64_t taken;
	struct hash *hash;
	struct buf head;
	uint64_t size;
};

static int put(struct intake *in, const char *p, size_t len, struct error *err)
{
	size_t room = IDENTITY_HEAD_MAX - in->head.len;

	buf_add(&in->head, p, len < room ? len : room);
	hash_update(in->hash, p, len);
	in->size += len;
	return io_write(in->fd, p, len, "the spool", err);
}

static bool has_return_path(struct slice header)
{
	struct message m;
	size_t at = 0, i;
	bool has;

	message_init(&m, header, NULL);
	has = message_next(&m, "Return-Path", &at, &i);
	message_release(&m);
	return has;
}

/* The envelope sender of the "From " line becomes the field of RFC 5321. */
static int release_held(struct intake *in, struct error *err)
{
	struct slice sender = origin_of_from_line(buf_slice(&in->from));
	struct buf field = BUF_INIT(FROM_MAX + 100);
	int rc = 0;

	in->holding = false;
	if (sender.p != NULL && !in->from.full &&
	    !has_return_path(buf_slice(&in->held))) {
		buf_addf(&field, "Return-Path: <%.*s>\n", (int)sender.len,
			 sender.p);
		rc = put(in, field.s, field.len, err);
	}
	buf_release(&field);
	return rc == -1 ? -1 : put(in, in->held.s, in->held.len, err);
}

/* Put converted bytes; those of a header behind a "From " line wait. */
static int pass(struct intake *in, const char *p, size_t len, struct error *err)
{
	size_t seen = in->held.len > 0 ? in->held.len - 1 : 0;

	if (!in->holding)
		return put(in, p, len, err);
	buf_add(&in->held, p, len);
	if (in->held.len > HOLD_MAX || in->held.s[0] == '\n' ||
	    memmem(in->held.s + seen, in->held.len - seen, "\n\n", 2) != NULL)
		return release_held(in, err);
	return 0;
}

/*
 * Drop the envelope line "From SENDER DATE" that MTAs put before the header,
 * and turn CRLF into LF. `out` has room for len + 1 bytes. Returns the length.
 */
static size_t convert(struct intake *in, const char *p, size_t len, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (in->after_cr && p[i] != '\n')
			out[n++] = '\r';
		in->after_cr = p[i] == '\r';
		if (!in->after_cr)
			out[n++] = p[i];
		if (in->in_from)
			buf_addch(&in->from, p[i]);
		if (in->in_from && p[i] == '\n') {
			in->in_from = false;
			n = 0;
		}
	}
	return in->in_from ? 0 : n;
}

static int take_input(struct intake *in, struct error *err)
{
	char *chunk = xmalloc(CHUNK_SIZE), *out = xmalloc(CHUNK_SIZE + 1);
	int rc = 0;
	long n;

	while ((n = io_read(STDIN_FILENO, chunk, CHUNK_SIZE, "standard input",
			    err)) > 0) {
		if (in->taken == 0)
			in->in_from = in->holding =
				origin_is_from_line(slice_of(chunk, (size_t)n));
		in->taken += (uint64_t)n;
		rc = pass(in, out, convert(in, chunk, (size_t)n, out), err);
		if (rc == -1)
			break;
	}
	if (rc == 0 && n == 0 && in->after_cr)
		rc = pass(in, "\r", 1, err);
	if (rc == 0 && n == 0 && in->holding)
		rc = release_held(in, err);
	free(chunk);
	free(out);
	return n == -1 ? -1 : rc;
}

static int take_message(struct intake *in, int fd, struct received *received,
			struct error *err)
{
	int rc;

	memset(in, 0, sizeof(*in));
	in->fd = fd;
	in->hash = hash_new();
	buf_init(&in->head, IDENTITY_HEAD_MAX);
	buf_init(&in->from, FROM_MAX);
	buf_init(&in->held, HOLD_MAX + CHUNK_SIZE + 1);
	rc = take_input(in, err);
	memset(received, 0, sizeof(*received));
	received->size = received->listed_size = in->size;
	received->now = clock_calendar_s();
	hash_final(in->hash, received->sha256);
	identity_of(buf_slice(&in->head), received->identity);
	hash_free(in->hash);
	buf_release(&in->head);
	buf_release(&in->from);
	buf_release(&in->held);
	return rc;
}

static int spool_input(struct spool *spool, struct state *state,
		       struct error *err)
{
	struct spool_batch *batch = xmalloc(sizeof(*batch));
	char name[SPOOL_NAME_MAX];
	struct received received;
	struct intake in;
	size_t n_new;
	int fd = spool_create(spool, "d", name, err), rc = -1;

	spool_batch_init(batch, spool);
	if (fd != -1 && take_message(&in, fd, &received, err) == 0)
		rc = spool_batch_add(batch, &fd, name, &received, err);
	if (rc == 0)
		rc = spool_batch_commit(batch, state, &n_new, err);
	else if (fd != -1)
		spool_remove(spool, name);
	io_close_quietly(&fd);
	free(batch);
	return rc;
}

/* When this returns 0, the message is durable in the spool. */
static int accept_message(const struct config *config, struct error *err)
{
	struct spool spool = {NULL, -1};
	struct state *state = NULL;
	int lock = -1, rc = -1;

	if (state_open(&state, config->state_dir, STATE_WRITE, err) == 0 &&
	    spool_open(&spool, config->spool_dir, err) == 0 &&
	    state_dir_lock(config->state_dir, DELIVER_LOCK, LOCK_SHARED,
			   LOCK_WAIT, &lock, err) == 1)
		rc = spool_input(&spool, state, err);
	io_close_quietly(&lock);
	spool_close(&spool);
	state_close(state);
	return rc;
}

static void sort_now(const struct config *config)
{
	struct sort_options options;
	struct sort_result result = {0};
	struct error err = ERROR_INIT;
	struct sorter *sorter = NULL;

	run_sort_options(config, -1, &options);
	options.seconds = SORT_SECONDS;
	if (sorter_open(&sorter, &options, &err) == -1 ||
	    sorter_drain(sorter, &result, &err) == -1 ||
	    sorter_finish(sorter, &result, &err) == -1)
		log_error("%s; the message is safe in the spool and will be "
			  "sorted by the next run",
			  err.text);
	sorter_close(sorter);
}

static int preview_input(const struct config *config, struct error *err)
{
	int fd = memfd_create("message", MFD_CLOEXEC);
	struct buf line = BUF_INIT(8192);
	struct sort_options options;
	struct received received;
	struct previewer *previewer;
	struct preview preview;
	struct preview_look look = {.fd = fd, .account = ""};
	struct intake in;
	int rc;

	if (fd == -1)
		return error_errno(err, ERR_TEMPORARY, "memfd_create");
	run_sort_options(config, -1, &options);
	previewer = previewer_new(&options, false);
	rc = take_message(&in, fd, &received, err);
	look.size = received.size;
	if (rc == 0)
		rc = previewer_look(previewer, &look, &preview, err);
	if (rc == 0) {
		preview_describe(&preview, &line);
		(void)printf("%s\n", line.s);
		preview_release(&preview);
	}
	previewer_free(previewer);
	buf_release(&line);
	io_close_quietly(&fd);
	return rc;
}

/* Become the user, whose configuration is read then, too. */
static int become_user(const char *name, struct error *err)
{
	const struct passwd *user = getpwnam(name);

	if (user == NULL)
		return error_set(err, ERR_TEMPORARY, "there is no user '%s'",
				 name);
	if (geteuid() != 0 && geteuid() != user->pw_uid)
		return error_set(err, ERR_TEMPORARY,
				 "only root can deliver for '%s'", name);
	return privilege_become(user, err);
}

static int deliver(const struct invocation *inv, const struct config *config,
		   struct error *err)
{
	/* Some MTAs start us as root, but the owner must own the files. */
	if (privilege_become_owner(config->maildir, err) == -1)
		return -1;
	if (inv->dry_run)
		return preview_input(config, err);
	cmd_open_log(config);
	return accept_message(config, err);
}

/* Not EX_CONFIG for a bad configuration: on 78 an MTA bounces the message. */
static int run(const struct invocation *inv, int argc, char **argv)
{
	bool has_user = argc > 1 && strcmp(argv[1], "--user") == 0;
	struct error err = ERROR_INIT;
	struct config *config = NULL;
	int rc = 0;

	if (has_user && argc < 3) {
		log_error("deliver: --user needs a name");
		return EX_USAGE;
	}
	if (argc > (has_user ? 3 : 1)) {
		log_error("deliver: unexpected '%s'; the message is read from "
			  "standard input",
			  argv[has_user ? 3 : 1]);
		return EX_USAGE;
	}
	if (has_user)
		rc = become_user(argv[2], &err);
	if (rc == 0 && (config = cmd_load_config(inv)) == NULL)
		return EX_TEMPFAIL;
	if (rc == 0)
		rc = deliver(inv, config, &err);
	if (rc == -1)
		log_error("deliver: %s; the message was not accepted",
			  err.text);
	else if (!inv->dry_run)
		sort_now(config);
	config_free(config);
	return rc == -1 ? EX_TEMPFAIL : 0;
}

const struct cmd cmd_deliver = {
	.name = "deliver",
	.summary = "sort one message from standard input",
	.help = "usage: postroom deliver [--user NAME] [-n] [-q|-v] [-c FILE] < MESSAGE\n"
		"\n"
		"Makes the message durable in the spool and sorts it by the rules. Meant as the\n"
		"delivery command of an MTA, of .forward, or of another fetcher. An envelope\n"
		"line \"From …\" at the top becomes a Return-Path, unless there is one.\n"
		"\n"
		"      --user NAME  become this user first, if started by root; without it,\n"
		"                   the owner of the Maildir\n"
		"  -n, --dry-run    only show where the message would go\n"
		"\n"
		"exit status: 0 the message is safe here, 75 it was not accepted, try again\n"
		"later (also when the configuration is wrong, so that no MTA bounces mail), 64\n"
		"usage\n"
		"\n"
		"example, in ~/.forward:  |\"/usr/bin/postroom deliver\"\n",
	.run = run,
};
