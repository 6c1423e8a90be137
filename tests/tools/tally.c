/* SPDX-License-Identifier: ISC */
/*
 * usage: tally stage SCENARIO DIR	all is as before the first run
 *	tally list DIR			what is in the folders of DIR/tree/Mail
 *	tally read DIR [expunge]	a mail reader marks it all as seen
 *	tally judge DIR LIST [--retried] [--renamed] [--pipe] [--held]
 *		[--damaged] [--copied]
 *
 * One program instead of a dozen, because crash.sh runs it ten thousand times.
 * DIR/from/N are the messages, with "Subject: N".
 *
 * stage empties DIR/tree and DIR/drop, removes what the last point left, and
 * puts the messages where the scenario has them: "fetch" on the server (drop),
 * "sort" into the folder Old, "deliver" nowhere, "imap-NAME" into the folder
 * INBOX of the server; "imap-two" one of them into Lists, and "imap-reset" with
 * a UIDVALIDITY that is new.
 *
 * list prints "MESSAGE HASH FOLDER" lines; folders of the server, where mail is
 * kept, moved or forgotten, are below "server". judge compares the folders with
 * the LIST of a run without faults and prints "LOST DOUBLED WRONG ASIDE", then
 * what is wrong. A message whose judge or command was hit may be in the folder
 *Odd instead, once and unchanged: it counts as aside. An expunged message may
 *come back once. With --held, mail may wait in the spool; with --damaged, a
 *message with wrong bytes counts as lost only.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MESSAGES_MAX 10
#define COPIES_MAX   256
#define FILE_MAX     65536
#define FALLBACK     "Odd"
#define ON_SERVER    "server/"
#define MAIL	     "tree/Mail/"
#define DROP	     "drop/"

struct copy {
	unsigned message;
	uint64_t hash;
	char folder[160]; /* with "/new" or "/cur" */
};

struct copies {
	struct copy all[COPIES_MAX];
	size_t n;
};

struct verdict {
	unsigned lost, doubled, wrong, aside;
	bool is_aside[MESSAGES_MAX], is_filed[MESSAGES_MAX];
	char why[4096];
};

static const char *dir; /* DIR */
static bool renamed;	/* new and cur are the same */
static bool damaged;	/* wrong bytes may be found */
static bool copied;	/* again, on the server */

static _Noreturn void die(const char *what)
{
	(void)fprintf(stderr, "tally: %s: %s\n", what, strerror(errno));
	exit(1);
}

static char *path(char out[PATH_MAX], const char *a, const char *b)
{
	if (snprintf(out, PATH_MAX, "%s/%s%s", dir, a, b) >= PATH_MAX)
		die("a path is too long");
	return out;
}

/* --- files --- */
static size_t slurp(const char *from, char bytes[FILE_MAX])
{
	int fd = open(from, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd == -1 ? -1 : read(fd, bytes, FILE_MAX - 1);

	if (n == -1)
		die(from);
	(void)close(fd);
	bytes[n] = '\0';
	return (size_t)n;
}

static void copy_file(const char *from, const char *to)
{
	char bytes[FILE_MAX];
	size_t n = slurp(from, bytes);
	int fd = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd == -1 || write(fd, bytes, n) != (ssize_t)n || close(fd) != 0)
		die(to);
}

static int remove_one(const char *name, const struct stat *st, int type,
		      struct FTW *at)
{
	(void)st;
	if (at->level > 0 && (type == FTW_DP ? rmdir(name) : unlink(name)) != 0)
		die(name);
	return 0;
}

/* The directory itself stays: it may be a mount point. */
static void empty(const char *name)
{
	char full[PATH_MAX];

	(void)path(full, name, "");
	if (mkdir(full, 0700) != 0 && errno != EEXIST)
		die(full);
	(void)nftw(full, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

static void discard(const char *name)
{
	char full[PATH_MAX];

	if (access(path(full, name, ""), F_OK) != 0)
		return;
	empty(name);
	(void)rmdir(full);
}

static void put_messages(const char *to)
{
	char from[PATH_MAX], full[PATH_MAX];
	const struct dirent *entry;
	DIR *all = opendir(path(from, "from", ""));

	if (all == NULL)
		die(from);
	while ((entry = readdir(all)) != NULL)
		if (entry->d_name[0] != '.')
			copy_file(path(from, "from/", entry->d_name),
				  path(full, to, entry->d_name));
	(void)closedir(all);
}

static void put_on_imap(const char *scenario)
{
	char inbox[PATH_MAX], full[PATH_MAX];
	FILE *state;

	(void)path(inbox, DROP "INBOX", "");
	(void)path(full, DROP "Lists", "");
	if (mkdir(inbox, 0700) != 0 || mkdir(full, 0700) != 0)
		die(full);
	put_messages(DROP "INBOX/");
	if (strcmp(scenario, "imap-two") == 0 &&
	    rename(path(inbox, DROP "INBOX/2", ""),
		   path(full, DROP "Lists/2", "")) != 0)
		die(full);
	if (strcmp(scenario, "imap-reset") != 0)
		return;
	state = fopen(path(full, DROP "INBOX/.folder", ""), "w");
	if (state == NULL || fputs("validity 77\nnext 50\n", state) < 0 ||
	    fclose(state) != 0)
		die(full);
}

static void stage(const char *scenario)
{
	static const char *const old[] = {
		"tree/Mail", "tree/Mail/Old", "tree/Mail/Old/cur",
		"tree/Mail/Old/new", "tree/Mail/Old/tmp"};
	static const char *const left[] = {"piped", "injected", "expunged"};
	char full[PATH_MAX];

	empty("tree");
	empty("drop");
	discard("tree.was");
	discard("store");
	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++)
		(void)unlink(path(full, left[i], ""));
	if (strcmp(scenario, "fetch") == 0)
		put_messages(DROP);
	if (strncmp(scenario, "imap-", 5) == 0)
		put_on_imap(scenario);
	if (strcmp(scenario, "sort") != 0)
		return;
	for (size_t i = 0; i < sizeof(old) / sizeof(old[0]); i++)
		if (mkdir(path(full, old[i], ""), 0700) != 0)
			die(full);
	put_messages("tree/Mail/Old/new/");
}

/* --- what is in the folders --- */
static struct copies found, wanted, expunged;
static const char *expunge_log; /* NULL: files are renamed */
static unsigned serial;

static void look_at(const char *file, struct copy *out)
{
	char bytes[FILE_MAX];
	size_t n = slurp(file, bytes);
	const char *subject = strstr(bytes, "Subject: ");

	out->message = subject == NULL ? 0 : (unsigned)atoi(subject + 9);
	if (out->message >= MESSAGES_MAX)
		out->message = 0;
	out->hash = 14695981039346656037u;
	for (size_t i = 0; i < n; i++)
		out->hash =
			(out->hash ^ (unsigned char)bytes[i]) * 1099511628211u;
}

static struct copy *new_copy(struct copies *to)
{
	if (to->n == COPIES_MAX)
		die("too many files");
	return &to->all[to->n++];
}

static void put_folder(struct copy *c, const char *folder, size_t length)
{
	if (length >= sizeof(c->folder))
		die(folder);
	memcpy(c->folder, folder, length);
	c->folder[length] = '\0';
	if (renamed && length > 4 &&
	    (strcmp(c->folder + length - 4, "/new") == 0 ||
	     strcmp(c->folder + length - 4, "/cur") == 0))
		c->folder[length - 4] = '\0';
}

static int find_one(const char *name, const struct stat *st, int type,
		    struct FTW *at)
{
	const char *base = name + at->base;
	char root[PATH_MAX];
	size_t skip = strlen(path(root, MAIL, ""));
	struct copy *c;

	(void)st;
	if (type != FTW_F || strcmp(base, "maildirfolder") == 0)
		return 0;
	c = new_copy(&found);
	look_at(name, c);
	put_folder(c, name + skip,
		   (size_t)at->base > skip ? (size_t)at->base - skip - 1 : 0);
	return 0;
}

/* A dot begins what the server itself keeps there. */
static int find_on_server(const char *name, const struct stat *st, int type,
			  struct FTW *at)
{
	char root[PATH_MAX], folder[PATH_MAX];
	size_t skip = strlen(path(root, DROP, ""));
	struct copy *c;

	(void)st;
	if (type != FTW_F || name[at->base] == '.')
		return 0;
	c = new_copy(&found);
	look_at(name, c);
	(void)snprintf(folder, sizeof(folder), ON_SERVER "%.*s",
		       (size_t)at->base > skip ? at->base - (int)skip - 1 : 0,
		       name + skip);
	put_folder(c, folder, strlen(folder));
	return 0;
}

static void find_all(const char *below,
		     int (*each)(const char *, const struct stat *, int,
				 struct FTW *))
{
	char root[PATH_MAX];

	(void)nftw(path(root, below, ""), each, 16, FTW_PHYS);
}

static void print(FILE *out, const struct copy *c)
{
	(void)fprintf(out, "%u %016" PRIx64 " %s\n", c->message, c->hash,
		      c->folder);
}

static void load(const char *file, struct copies *out)
{
	char line[256], folder[160];
	FILE *in = fopen(file, "r");

	while (in != NULL && fgets(line, sizeof(line), in) != NULL) {
		struct copy *c = new_copy(out);

		if (sscanf(line, "%u %" SCNx64 " %159[^\n]", &c->message,
			   &c->hash, folder) != 3)
			die(file);
		put_folder(c, folder, strlen(folder));
	}
	if (in != NULL)
		(void)fclose(in);
}

/* A reader renames each message that it sees, or removes it. */
static void log_expunged(const char *file, const char *folder)
{
	FILE *out = fopen(expunge_log, "a");
	struct copy c;

	look_at(file, &c);
	put_folder(&c, folder, strlen(folder));
	if (out == NULL || unlink(file) != 0)
		die(file);
	print(out, &c);
	(void)fclose(out);
}

static char *listed[COPIES_MAX];
static size_t n_listed;

static int list_visible(const char *name, const struct stat *st, int type,
			struct FTW *at)
{
	(void)st;
	if (type == FTW_F && at->base > 5 && n_listed < COPIES_MAX &&
	    (strncmp(name + at->base - 5, "/new/", 5) == 0 ||
	     strncmp(name + at->base - 5, "/cur/", 5) == 0) &&
	    (listed[n_listed] = strdup(name)) != NULL)
		n_listed++;
	return 0;
}

static void read_all(void)
{
	char root[PATH_MAX], to[PATH_MAX];
	size_t skip = strlen(path(root, MAIL, ""));

	find_all(MAIL, list_visible);
	for (size_t i = 0; i < n_listed; i++) {
		char *folder_end = strrchr(listed[i], '/') - 4;
		int length = (int)(folder_end - listed[i]);

		if (expunge_log == NULL) {
			(void)snprintf(to, sizeof(to),
				       "%.*s/cur/seen.%u.%d:2,S", length,
				       listed[i], ++serial, (int)getpid());
			if (rename(listed[i], to) != 0)
				die(to);
		} else {
			(void)snprintf(to, sizeof(to), "%.*s",
				       length + 4 - (int)skip,
				       listed[i] + skip);
			log_expunged(listed[i], to);
		}
		free(listed[i]);
	}
}

/* --- the verdict --- */
static void say(struct verdict *v, const char *what, const char *about)
{
	size_t used = strlen(v->why);

	(void)snprintf(v->why + used, sizeof(v->why) - used, "%s%s\n", what,
		       about);
}

static bool is_fallback(const struct copy *c)
{
	size_t n = strlen(FALLBACK);

	return strncmp(c->folder, FALLBACK, n) == 0 &&
	       (c->folder[n] == '/' || c->folder[n] == '\0');
}

static bool is_on_server(const struct copy *c)
{
	return strncmp(c->folder, ON_SERVER, strlen(ON_SERVER)) == 0;
}

static unsigned count(const struct copies *in, const struct copy *key)
{
	unsigned n = 0;

	for (size_t i = 0; i < in->n; i++)
		n += in->all[i].message == key->message &&
		     in->all[i].hash == key->hash &&
		     strcmp(in->all[i].folder, key->folder) == 0;
	return n;
}

static bool is_plain(const struct copy *c)
{
	char from[PATH_MAX], number[16];
	struct copy plain;

	(void)snprintf(number, sizeof(number), "%u", c->message);
	if (c->message == 0)
		return false;
	look_at(path(from, "from/", number), &plain);
	return plain.hash == c->hash;
}

static void judge_found(struct verdict *v, unsigned most)
{
	for (size_t i = 0; i < found.n; i++) {
		const struct copy *c = &found.all[i];
		unsigned live = count(&found, c), want = count(&wanted, c);

		if (is_fallback(c))
			want = 1;
		else if (!is_on_server(c))
			v->is_filed[c->message] = true;
		if (want == 0 || (is_fallback(c) && !is_plain(c))) {
			v->wrong += damaged ? 0 : 1;
			say(v, "unexpected: ", c->folder);
		} else if (live > want * most &&
			   !(copied && is_on_server(c) && live == 2 * want)) {
			v->doubled++;
			say(v, "too often: ", c->folder);
		}
		if (is_fallback(c) && !v->is_aside[c->message]) {
			v->is_aside[c->message] = true;
			v->aside++;
		}
	}
}

static void judge_wanted(struct verdict *v)
{
	for (size_t i = 0; i < expunged.n; i++)
		if (is_fallback(&expunged.all[i]))
			v->is_aside[expunged.all[i].message] = true;
	for (size_t i = 0; i < wanted.n; i++) {
		const struct copy *c = &wanted.all[i];

		if (count(&found, c) + count(&expunged, c) >=
			    count(&wanted, c) ||
		    (v->is_aside[c->message] && !is_on_server(c)))
			continue;
		v->lost++;
		say(v, "missing: ", c->folder);
	}
}

static struct verdict *judging;

static int left_behind(const char *name, const struct stat *st, int type,
		       struct FTW *at)
{
	const char *inside = name + strlen(dir);

	(void)st;
	(void)at;
	if (type == FTW_F && (strncmp(inside, "/tree/state/spool/", 18) == 0 ||
			      strstr(inside, "/tmp/") != NULL)) {
		judging->wrong++;
		say(judging, "left behind: ", inside);
	}
	return 0;
}

static void judge_left(struct verdict *v)
{
	judging = v;
	find_all("tree", left_behind);
}

/* The pipe ran, at least once, each time with the same key. */
static void judge_pipe(struct verdict *v)
{
	char file[PATH_MAX], line[128], first[128] = "";
	FILE *in = fopen(path(file, "piped", ""), "r");

	while (in != NULL && fgets(line, sizeof(line), in) != NULL) {
		if (first[0] == '\0')
			(void)snprintf(first, sizeof(first), "%s", line);
		if (strcmp(first, line) == 0 && strlen(line) > 2)
			continue;
		v->wrong++;
		say(v, "the pipe ran with another key: ", line);
	}
	if (in != NULL)
		(void)fclose(in);
	if (first[0] == '\0' && v->aside + v->lost == 0) {
		v->wrong++;
		say(v, "the pipe", " never ran");
	}
}

static void ask(struct verdict *v, sqlite3 *db, const char *what,
		const char *good)
{
	sqlite3_stmt *q = NULL;
	const char *answer = "nothing";

	if (sqlite3_prepare_v2(db, what, -1, &q, NULL) != SQLITE_OK)
		answer = sqlite3_errmsg(db);
	else if (sqlite3_step(q) == SQLITE_ROW)
		answer = (const char *)sqlite3_column_text(q, 0);
	if (answer == NULL || strcmp(answer, good) != 0) {
		v->wrong++;
		say(v, "state.db: ", what);
		say(v, "state.db: ", answer == NULL ? "NULL" : answer);
	}
	(void)sqlite3_finalize(q);
}

static void judge_database(struct verdict *v)
{
	char file[PATH_MAX];
	sqlite3 *db = NULL;

	if (sqlite3_open(path(file, "tree/state/state.db", ""), &db) !=
	    SQLITE_OK)
		die(file);
	ask(v, db, "PRAGMA integrity_check", "ok");
	ask(v, db, "SELECT count(*) FROM msg WHERE spool IS NOT NULL", "0");
	ask(v, db, "SELECT count(*) FROM delivery WHERE done IS NULL", "0");
	(void)sqlite3_close(db);
}

static void judge(const char *list, char **options)
{
	char file[PATH_MAX];
	unsigned most = 1;
	bool pipe = false, held = false;
	struct verdict v = {0};

	for (; *options != NULL; options++) {
		renamed |= strcmp(*options, "--renamed") == 0;
		pipe |= strcmp(*options, "--pipe") == 0;
		held |= strcmp(*options, "--held") == 0;
		damaged |= strcmp(*options, "--damaged") == 0;
		copied |= strcmp(*options, "--copied") == 0;
		if (strcmp(*options, "--retried") == 0)
			most = 2;
	}
	load(list, &wanted);
	load(path(file, "expunged", ""), &expunged);
	find_all(MAIL, find_one);
	if (!held)
		find_all(DROP, find_on_server);
	judge_found(&v, most);
	judge_wanted(&v);
	/* Only a message with a command may be both filed and aside. */
	for (unsigned i = 2; most == 1 && i < MESSAGES_MAX; i++) {
		if (!v.is_aside[i] || !v.is_filed[i])
			continue;
		v.doubled++;
		say(&v, "filed and set aside", "");
	}
	/* Mail that cannot be delivered waits, with its row and its file. */
	if (!held) {
		judge_left(&v);
		if (pipe)
			judge_pipe(&v);
		judge_database(&v);
	}
	(void)printf("%u %u %u %u\n%s", v.lost, v.doubled, v.wrong, v.aside,
		     v.why);
}

int main(int argc, char **argv)
{
	static char log[PATH_MAX];

	if (argc < 3)
		return 64;
	dir = argv[2];
	if (strcmp(argv[1], "stage") == 0 && argc == 4) {
		dir = argv[3];
		stage(argv[2]);
	} else if (strcmp(argv[1], "list") == 0) {
		find_all(MAIL, find_one);
		find_all(DROP, find_on_server);
		for (size_t i = 0; i < found.n; i++)
			print(stdout, &found.all[i]);
	} else if (strcmp(argv[1], "read") == 0) {
		if (argc == 4)
			expunge_log = path(log, "expunged", "");
		read_all();
	} else if (strcmp(argv[1], "judge") == 0 && argc >= 4) {
		judge(argv[3], argv + 4);
	} else {
		return 64;
	}
	return 0;
}
