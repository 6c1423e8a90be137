/* SPDX-License-Identifier: ISC */
/*
 * Damaged databases are read right, or an error is reported; old ones are
 * upgraded.
 */
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../tap.h"
#include "../tempdir.h"
#include "state/accounts.h"
#include "state/history.h"
#include "state/mailbox.h"
#include "state/received.h"
#include "state/schema.h"
#include "state/seen.h"
#include "state/state.h"
#include "util/escape.h"
#include "util/io.h"
#include "util/xalloc.h"

#define MESSAGES 200
#define FLIPS	 500

static struct buf original;

static void add_message(struct state *s, int i, struct error *err)
{
	char uidl[64], spool[64];
	struct received received = {.account = 1, .session = 1, .now = 1};

	(void)snprintf(uidl, sizeof(uidl), "uidl-of-message-%d", i);
	(void)snprintf(spool, sizeof(spool), "a1-%d", i);
	received.uidl = slice_str(uidl);
	received.spool = spool;
	received.size = received.listed_size = (uint64_t)i;
	received.sha256[0] = (unsigned char)i;
	(void)state_add_received(s, &received, err);
}

static bool make_database(struct error *err)
{
	static char name[] = "a", host[] = "pop.example.org", user[] = "u";
	struct state *s = NULL;
	const struct account account = {
		.name = name, .host = host, .user = user};
	int64_t id;
	bool made;

	if (state_open(&s, temp_path("state"), STATE_WRITE, err) == -1)
		return false;
	made = state_add_account(s, &account, &id, err) == 0 && id == 1 &&
	       state_begin(s, err) == 0;
	for (int i = 0; i < MESSAGES; i++)
		add_message(s, i, err);
	made = made && state_end(s, 0, err) == 0;
	state_close(s);
	buf_init(&original, 1 << 24);
	return made &&
	       io_read_file(temp_path("state/state.db"), &original, err) == 0;
}

static void put_database(const char *bytes, size_t len)
{
	struct error err = ERROR_INIT;
	int fd = open(temp_path("state/state.db"),
		      O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	(void)unlink(temp_path("state/state.db-wal"));
	(void)unlink(temp_path("state/state.db-shm"));
	(void)io_write(fd, bytes, len, "", &err);
	(void)close(fd);
}

/* How many messages are known; -1 with an error. */
static int count_live(struct error *err)
{
	struct state *s = NULL;
	struct seen row;
	int n = 0, rc;

	if (state_open(&s, temp_path("state"), STATE_WRITE, err) == -1)
		return -1;
	state_live_begin(s, 1, SLICE_EMPTY);
	while ((rc = state_live_next(s, &row, err)) == 1)
		n++;
	state_live_end(s);
	state_close(s);
	return rc == -1 ? -1 : n;
}

/*
 * Does the error ask the user to act, and name the database? All others are
 * wrong.
 */
static bool is_said(const struct error *err)
{
	return err->kind == ERR_PERSON && strstr(err->text, "state.db") != NULL;
}

static void test_cut_off(void)
{
	int wrong = 0, said = 0, places = 0;

	for (size_t len = 0; len < original.len; len += 512, places++) {
		struct error err = ERROR_INIT;
		int n;

		put_database(original.s, len);
		n = count_live(&err);
		said += n == -1 && is_said(&err);
		wrong += n == -1 ? !is_said(&err) : n != MESSAGES;
	}
	is_int(0, wrong, "D14: cut off at every 512 bytes");
	ok(said > places - 9,
	   "D14: an error is reported, except for blank pages");
}

static void test_flips(void)
{
	unsigned long x = 20250101;
	int wrong = 0, said = 0;

	for (int i = 0; i < FLIPS; i++) {
		struct error err = ERROR_INIT;
		char *bytes = xmemdup0(original.s, original.len);
		int n;

		for (int flips = i % 3 * 20; flips >= 0; flips--) {
			x = x * 16807 % 2147483647;
			bytes[x % original.len] ^= (char)(1 << (x >> 20) % 8);
		}
		put_database(bytes, original.len);
		free(bytes);
		n = count_live(&err);
		said += n == -1 && is_said(&err);
		wrong += n == -1 && !is_said(&err);
		if (n == -1 && !is_said(&err))
			printf("# %s\n", err.text);
	}
	is_int(0, wrong, "D14: flipped bits: read right, or an error");
	ok(said > FLIPS / 5, "D14: an error for most of them");
}

/* Steps of version 6, and what is read of them after the upgrade. */
static const struct {
	const char *old;  /* delivery.rule, or NULL */
	const char *rule; /* NULL: of no rule */
	const char *file;
	int line;
	const char *reason;
	bool undone;
} upgraded[] = {
	{"rule \"Lists\", /home/x/conf:12", "Lists", "/home/x/conf", 12, NULL,
	 false},
	{"rule \"Lists\", /home/x/conf:12; undone", "Lists", "/home/x/conf", 12,
	 NULL, true},
	{"rule \"Twice\", /home/x/conf:12; undone; undone", "Twice",
	 "/home/x/conf", 12, NULL, true},
	{"rule \"a \"b\", c\", rules.conf:3", "a \"b\", c", "rules.conf", 3,
	 NULL, false},
	{"rule \"x, y:9\", /a b/c:d:77", "x, y:9", "/a b/c:d", 77, NULL, false},
	{"rule \"x\", /a \"b\"/c:4", "x", "/a \"b\"/c", 4, NULL, false},
	{"rule \"\303\244\303\", /\303:4", "\303\244\303", "/\303", 4, NULL,
	 false},
	{"rule \"no file\", :0", "no file", "", 0, NULL, false},
	{"no rule decided", NULL, NULL, 0, "no rule decided", false},
	{"; undone", NULL, NULL, 0, "", true},
	{"", NULL, NULL, 0, "", false},
	{NULL, NULL, NULL, 0, NULL, false},
	{"rule \"x\", /a/b", NULL, NULL, 0, "rule \"x\", /a/b", false},
	{"rule \"x\", /a:1b", NULL, NULL, 0, "rule \"x\", /a:1b", false},
	{"rule \"x\", 4:", NULL, NULL, 0, "rule \"x\", 4:", false},
	{"rule \"x\", a:99999999999", NULL, NULL, 0,
	 "rule \"x\", a:99999999999", false},
	{"rule \"x\" of a:4", NULL, NULL, 0, "rule \"x\" of a:4", false},
};

#define N_UPGRADED (sizeof(upgraded) / sizeof(upgraded[0]))

static bool run_sql(sqlite3 *db, const char *sql, const char *value, int n)
{
	sqlite3_stmt *st = NULL;
	bool done = sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK &&
		    (value == NULL ||
		     sqlite3_bind_text(st, 1, value, -1, SQLITE_STATIC) ==
			     SQLITE_OK) &&
		    (n == 0 || sqlite3_bind_int(st, 2, n) == SQLITE_OK) &&
		    sqlite3_step(st) == SQLITE_DONE;

	(void)sqlite3_finalize(st);
	return done;
}

/* A database of version 6 with one message that has these steps. */
static bool make_version_6(const char *path, const char *long_rule)
{
	static const char insert[] =
		"INSERT INTO delivery (message, n, kind, flags, rule)"
		" VALUES (1, ?2, 1, 0, ?1)";
	sqlite3 *db = NULL;
	bool made = sqlite3_open(path, &db) == SQLITE_OK;

	for (int i = 0; i < 6; i++)
		made = made && sqlite3_exec(db, state_migrations[i], NULL, NULL,
					    NULL) == SQLITE_OK;
	made = made &&
	       run_sql(db, "PRAGMA application_id = 1886352244", NULL, 0) &&
	       run_sql(db, "PRAGMA user_version = 6", NULL, 0) &&
	       run_sql(db,
		       "INSERT INTO msg (id, account, listed_size, size,"
		       " sha256, identity, state, session, first_seen, summary)"
		       " VALUES (1, 0, 1, 1, x'00', x'00', 3, 1, 1, 's')",
		       NULL, 0);
	for (size_t i = 0; i < N_UPGRADED; i++)
		made = made && run_sql(db, insert, upgraded[i].old, (int)i + 1);
	made = made && run_sql(db, insert, long_rule, (int)N_UPGRADED + 1) &&
	       run_sql(db,
		       "INSERT INTO delivery (message, n, kind, flags, rule,"
		       " quarantined) VALUES (1, 100, 1, 0,"
		       " 'rule \"x\": \"y\", list:4', 1)",
		       NULL, 0);
	(void)sqlite3_close(db);
	return made;
}

static bool is_same(const char *want, const char *got)
{
	return want == NULL || got == NULL ? want == got
					   : strcmp(want, got) == 0;
}

static void check_step(struct state *s, size_t i)
{
	struct error err = ERROR_INIT;
	struct past_step p;
	const struct delivery *d = &p.step;
	const char *old = upgraded[i].old == NULL ? "NULL" : upgraded[i].old;
	int rc = state_past_step(s, 1, (int)i + 1, &p, &err);
	char name[100];

	(void)snprintf(name, sizeof(name), "version 6: ");
	escape_to(name + strlen(name), sizeof(name) - strlen(name), old,
		  strlen(old));
	ok(rc == 1 && is_same(upgraded[i].rule, d->rule) &&
		   is_same(upgraded[i].file, d->file) &&
		   d->line == upgraded[i].line &&
		   is_same(upgraded[i].reason, d->reason) &&
		   d->undone == upgraded[i].undone,
	   name);
	if (rc == 1)
		past_step_release(&p);
}

/* Version 6 stored a rule's place as a sentence; now there are columns. */
static void test_upgrade(void)
{
	char name[301], text[400];
	struct error err = ERROR_INIT;
	struct state *s = NULL;
	struct past_step p = {.done = 0};

	memset(name, 'n', 300);
	name[300] = '\0';
	(void)snprintf(text, sizeof(text), "rule \"%s\", /a/b:5", name);
	(void)mkdir(temp_path("old"), 0700);
	ok(make_version_6(temp_path("old/state.db"), text),
	   "a database of version 6");
	is_int(0, state_open(&s, temp_path("old"), STATE_READ, &err),
	       "is opened");
	if (s == NULL)
		return;
	for (size_t i = 0; i < N_UPGRADED; i++)
		check_step(s, i);
	ok(state_past_step(s, 1, (int)N_UPGRADED + 1, &p, &err) == 1 &&
		   is_same(name, p.step.rule) && is_same("/a/b", p.step.file) &&
		   p.step.line == 5 && p.step.reason == NULL,
	   "version 6: a name of 300 bytes");
	past_step_release(&p);
	ok(state_past_step(s, 1, 100, &p, &err) == 1 && p.step.rule == NULL &&
		   is_same("rule \"x\": \"y\", list:4", p.step.reason),
	   "version 6: the reason of a filing into the fallback folder");
	past_step_release(&p);
	state_close(s);
}

/* Steps whose number is none, or leaves no room for a next one. */
static void test_numbers(void)
{
	static const char *const numbers[] = {"'x'", "x'00'", "2147483647",
					      "4294967297", "-1"};
	struct error err = ERROR_INIT;
	struct past_step p = {.done = 0};
	struct state *s = NULL;
	sqlite3 *db = NULL;

	(void)mkdir(temp_path("numbers"), 0700);
	ok(make_version_6(temp_path("numbers/state.db"), "r") &&
		   sqlite3_open(temp_path("numbers/state.db"), &db) ==
			   SQLITE_OK &&
		   run_sql(db, "DELETE FROM delivery", NULL, 0),
	   "a database without steps");
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		char sql[200];

		(void)snprintf(sql, sizeof(sql),
			       "INSERT INTO delivery (message, n, kind, flags,"
			       " folder) VALUES (1, %s, 1, 0, 'f')",
			       numbers[i]);
		ok(run_sql(db, sql, NULL, 0), numbers[i]);
	}
	(void)sqlite3_close(db);
	is_int(0, state_open(&s, temp_path("numbers"), STATE_READ, &err),
	       "the database is opened");
	if (s == NULL)
		return;
	is_int(0, state_past_step(s, 1, 0, &p, &err), "none is a step");
	ok(p.step.folder == NULL, "and nothing is kept of it");
	state_close(s);
}

int main(void)
{
	struct error err = ERROR_INIT;

	(void)tempdir();
	ok(make_database(&err), "a database");
	is_int(MESSAGES, count_live(&err), "is read");
	/* A lock is a sign of use: now an empty database is a lost one. */
	(void)close(open(temp_path("state/sorter.lock"),
			 O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	test_cut_off();
	test_flips();
	test_upgrade();
	test_numbers();
	buf_release(&original);
	return done_testing();
}
