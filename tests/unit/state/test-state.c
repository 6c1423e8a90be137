/* SPDX-License-Identifier: ISC */
/*
 * The database without memory, and when a commit is refused. SQLite allocates
 * by functions of this program, which fail on request. statfs() and the
 * functions that sleep are this program's, too.
 */
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>

#include "../tap.h"
#include "../tempdir.h"
#include "state/queue.h"
#include "state/received.h"
#include "state/seen.h"

#define NFS 0x6969

/* How a child ended; 75 is the exit status of a process without memory. */
enum {
	CHILD_GOOD = 0,
	CHILD_ERROR = 10,
	CHILD_WRONG = 11,
	CHILD_PAST = 12, /* there were fewer allocations */
	CHILD_NO_MEMORY = 75,
};

static sqlite3_mem_methods memory; /* SQLite's own */
static int fail_at;		   /* which allocation, from 1; 0: none */
static int naps;
static bool network;

static bool fails(void)
{
	return fail_at > 0 && --fail_at == 0;
}

static void *allocate(int size)
{
	return fails() ? NULL : memory.xMalloc(size);
}

static void *reallocate(void *p, int size)
{
	return fails() ? NULL : memory.xRealloc(p, size);
}

int statfs(const char *path, struct statfs *out)
{
	(void)path;
	memset(out, 0, sizeof(*out));
	out->f_type = network ? NFS : 0;
	return 0;
}

int usleep(useconds_t time)
{
	(void)time;
	naps++;
	return 0;
}

int nanosleep(const struct timespec *time, struct timespec *left)
{
	(void)time;
	(void)left;
	naps++;
	return 0;
}

static void set_memory(void)
{
	sqlite3_mem_methods ours;

	(void)sqlite3_config(SQLITE_CONFIG_GETMALLOC, &memory);
	ours = memory;
	ours.xMalloc = allocate;
	ours.xRealloc = reallocate;
	(void)sqlite3_config(SQLITE_CONFIG_MALLOC, &ours);
	(void)sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);
}

/* The number that a query returns, by a separate connection. */
static int number(const char *sql)
{
	sqlite3_stmt *st = NULL;
	sqlite3 *db = NULL;
	int n = -1;

	if (sqlite3_open(temp_path("state/state.db"), &db) == SQLITE_OK &&
	    sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK &&
	    sqlite3_step(st) == SQLITE_ROW)
		n = sqlite3_column_int(st, 0);
	(void)sqlite3_finalize(st);
	(void)sqlite3_close(db);
	return n;
}

static struct state *open_state(const char *name)
{
	struct error err = ERROR_INIT;
	struct state *s = NULL;

	if (state_open(&s, temp_path(name), STATE_WRITE, &err) == -1)
		printf("# %s\n", err.text);
	return s;
}

static int add(struct state *s, int n, struct error *err)
{
	char uidl[16], spool[32];
	struct received r = {
		.account = 1, .session = 10, .size = 1, .now = 1000};

	(void)snprintf(uidl, sizeof(uidl), "uidl-%d", n);
	(void)snprintf(spool, sizeof(spool), "a1-%016d", n);
	r.uidl = slice_str(uidl);
	r.spool = spool;
	memcpy(r.sha256, &n, sizeof(n));
	return state_add_received(s, &r, err);
}

/* Valgrind does not count as lost what these point to when a child exits. */
static struct state *volatile child_state;
static struct queued *volatile child_queue;

/* In a child: add a message while the n-th allocation fails. */
static int add_without_memory(int n)
{
	struct state *s = child_state = open_state("state");
	struct error err = ERROR_INIT;
	bool past;
	int rc;

	if (s == NULL || add(s, 0, &err) == -1 || state_begin(s, &err) == -1)
		return CHILD_WRONG;
	fail_at = n;
	rc = add(s, n, &err);
	past = fail_at > 0;
	fail_at = 0;
	if (rc == -1)
		return CHILD_ERROR;
	if (rc == 0 || state_end(s, 0, &err) == -1)
		return CHILD_WRONG;
	state_close(s);
	return past ? CHILD_PAST : CHILD_GOOD;
}

/* In a child: read the queue, which has one message, likewise. */
static int read_without_memory(int n)
{
	struct state *s = child_state = open_state("state");
	struct queued *queue = child_queue = calloc(8, sizeof(*queue));
	struct error err = ERROR_INIT;
	size_t count = 0;
	int rc = CHILD_GOOD;

	if (s == NULL || state_queue(s, 0, 5000, queue, 8, &count, &err) == -1)
		return CHILD_WRONG;
	fail_at = n;
	if (state_queue(s, 0, 5000, queue, 8, &count, &err) == -1)
		rc = CHILD_ERROR;
	if (fail_at > 0)
		return CHILD_PAST;
	for (size_t i = 0; rc == CHILD_GOOD && i < count; i++)
		if (queue[i].spool[0] == '\0')
			rc = CHILD_WRONG;
	state_close(s);
	free(queue);
	return rc;
}

/*
 * In a child: walk the known messages of an account, with a statement that is
 * prepared while the n-th allocation fails. If it ran without the account, it
 * would find nothing.
 */
static int walk_without_memory(int n)
{
	int live = number("SELECT count(*) FROM msg WHERE account = 1");
	struct state *s = child_state = open_state("state");
	struct error err = ERROR_INIT;
	struct seen row;
	int rc, found = 0;

	if (s == NULL || live < 1)
		return CHILD_WRONG;
	fail_at = n;
	state_live_begin(s, 1, SLICE_EMPTY);
	while ((rc = state_live_next(s, &row, &err)) == 1)
		found++;
	state_live_end(s);
	if (fail_at > 0)
		return CHILD_PAST;
	if (rc == -1)
		return err.kind == ERR_LOCAL ? CHILD_ERROR : CHILD_WRONG;
	state_close(s);
	return found == live ? CHILD_GOOD : CHILD_WRONG;
}

/* In a child: open the state, likewise. */
static int open_without_memory(int n)
{
	struct error err = ERROR_INIT;
	struct state *s = NULL;
	int rc;

	fail_at = n;
	rc = state_open(&s, temp_path("state"), STATE_WRITE, &err);
	if (rc == -1)
		return err.kind == ERR_LOCAL ? CHILD_ERROR : CHILD_WRONG;
	state_close(s);
	return fail_at > 0 ? CHILD_PAST : CHILD_GOOD;
}

static int in_child(int (*work)(int), int n)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(CHILD_WRONG);
		_exit(work(n));
	}
	(void)waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : CHILD_WRONG;
}

/*
 * Let each allocation fail in turn. Returns how many there were; -1: a child
 * ended wrongly.
 */
static int each_allocation(int (*work)(int))
{
	int n = 1, status;

	while ((status = in_child(work, n)) != CHILD_PAST) {
		if (status != CHILD_GOOD && status != CHILD_ERROR &&
		    status != CHILD_NO_MEMORY) {
			printf("# allocation %d: %d\n", n, status);
			return -1;
		}
		n++;
	}
	return n - 1;
}

static void test_memory(void)
{
	ok(each_allocation(add_without_memory) > 3,
	   "E8: without memory a new message is not taken for known");
	ok(number("SELECT count(*) FROM msg") > 1, "(some were added)");
	is_int(0,
	       number("SELECT count(*) FROM msg WHERE spool IS NULL OR"
		      " uidl IS NULL OR length(sha256) <> 32"),
	       "E8: and no part of it is stored");
	ok(each_allocation(read_without_memory) > 0,
	   "E8: without memory no file name is read as empty");
	ok(each_allocation(open_without_memory) > 3,
	   "E8: without memory opening the state fails");
	ok(each_allocation(walk_without_memory) > 3,
	   "E8: without memory no known message is taken for new");
}

/* With a journal file, a process that reads keeps others from committing. */
static void test_refused_commit(void)
{
	struct error err = ERROR_INIT;
	struct state *s;
	sqlite3 *reader = NULL;

	network = true;
	s = open_state("refused");
	(void)sqlite3_open(temp_path("refused/state.db"), &reader);
	(void)sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM msg", NULL,
			   NULL, NULL);
	(void)state_begin(s, &err);
	is_int(1, add(s, 1, &err), "a message");
	naps = 0;
	is_int(-1, state_end(s, 0, &err), "D15: a commit is refused");
	ok(naps > 0, "(after waiting)");
	ok(strstr(err.text, "locked") != NULL, "D15: the error says why");
	(void)sqlite3_exec(reader, "ROLLBACK", NULL, NULL, NULL);
	(void)sqlite3_close(reader);
	is_int(0, state_begin(s, &err), "D15: the next transaction begins");
	is_int(1, add(s, 1, &err), "without the rows of the refused one");
	is_int(0, state_end(s, 0, &err), "and is durable");
	state_close(s);
	network = false;
}

static int count(struct state *s, struct error *err)
{
	struct seen row;
	int n = 0;

	state_live_begin(s, 1, SLICE_EMPTY);
	while (state_live_next(s, &row, err) == 1)
		n++;
	state_live_end(s);
	return n;
}

/* A commit of another process is not seen halfway through. */
static void test_reading(void)
{
	struct error err = ERROR_INIT;
	struct state *s = open_state("read"), *other = open_state("read");

	is_int(0, state_begin_reading(s, &err), "reading begins");
	is_int(0, count(s, &err), "there is no message");
	is_int(1, add(other, 1, &err), "another process adds one");
	is_int(0, count(s, &err), "what is read stays the same");
	state_rollback(s);
	is_int(1, count(s, &err), "after it the message is there");
	is_int(0, state_begin(s, &err), "writing begins after reading");
	is_int(1, add(s, 2, &err), "a message is added");
	is_int(0, state_end(s, 0, &err), "and committed");
	state_close(s);
	state_close(other);
}

int main(void)
{
	struct state *s;

	(void)tempdir();
	set_memory();
	s = open_state("state");
	ok(s != NULL, "the state is made");
	state_close(s);
	test_memory();
	test_refused_commit();
	test_reading();
	return done_testing();
}
