/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "state/db.h"
#include "state/dir.h"
#include "state/schema.h"
#include "state/state.h"
#include "util/io.h"
#include "util/lock.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* "post": tells our database from any other file of SQLite's. */
#define APPLICATION_ID 0x706f7374

/* Another process commits in milliseconds; a slow disk in seconds. */
#define BUSY_TIMEOUT_MS 30000
#define JOURNAL_NAP_MS	10

struct query {
	struct state *state;
	const char *sql; /* a literal: compared by address */
	sqlite3_stmt *statement;
	int trouble; /* of a value that could not be bound: not to be run */
	struct query *next;
};

struct state {
	sqlite3 *db;
	char *path;
	int lock_fd; /* shared, while others may not replace the file */
	struct query *queries;
};

static int db_error(struct state *s, const char *what, struct error *err)
{
	int code = sqlite3_errcode(s->db) & 0xff;
	const char *text = sqlite3_errmsg(s->db);

	if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
		return error_set(err, ERR_PERSON,
				 "%s is damaged (%s); nothing was fetched or "
				 "deleted. postroom state verify says more, "
				 "postroom state rebuild makes a new one from "
				 "what can be read and from your folders",
				 s->path, text);
	if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
		return error_set(err, ERR_TEMPORARY,
				 "%s is locked by another program (a backup, a "
				 "database shell?); will be tried again",
				 s->path);
	return error_set(err, ERR_LOCAL, "%s: %s: %s", s->path, what, text);
}

static int run(struct state *s, const char *sql, struct error *err)
{
	if (sqlite3_exec(s->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return db_error(s, "cannot be used", err);
	return 0;
}

/* The one number that a pragma answers. */
static int pragma_number(struct state *s, const char *sql, int *out,
			 struct error *err)
{
	sqlite3_stmt *st;
	int rc = -1;

	if (sqlite3_prepare_v2(s->db, sql, -1, &st, NULL) != SQLITE_OK)
		return db_error(s, "cannot be read", err);
	if (sqlite3_step(st) == SQLITE_ROW) {
		*out = sqlite3_column_int(st, 0);
		rc = 0;
	} else {
		(void)db_error(s, "cannot be read", err);
	}
	(void)sqlite3_finalize(st);
	return rc;
}

/*
 * Run one of the journal_mode pragmas; *is_out says whether `want` is in force
 * afterwards, which SQLite only tells by its answer. Returns SQLite's code.
 */
static int journal_pragma(struct state *s, const char *sql, const char *want,
			  bool *is_out)
{
	sqlite3_stmt *st;
	int code = sqlite3_prepare_v2(s->db, sql, -1, &st, NULL);

	*is_out = false;
	if (code != SQLITE_OK)
		return code;
	if (sqlite3_step(st) == SQLITE_ROW)
		*is_out = strcmp((const char *)sqlite3_column_text(st, 0),
				 want) == 0;
	return sqlite3_finalize(st);
}

/*
 * Where the journal is a file, removing it is the commit: EXTRA makes that
 * durable, too; for a WAL it is the same as FULL.
 */
#define DURABLE "PRAGMA synchronous = EXTRA"

/*
 * The mode stays in the file, so it is set once. While several processes open
 * a new file, the one that sets it needs the file for itself, and SQLite does
 * not call its busy handler for that: we wait here, as long as it would.
 */
static int set_journal(struct state *s, const char *dir, struct error *err)
{
	bool network = state_dir_is_network(dir);
	const char *want = network ? "delete" : "wal";
	const char *set = network ? "PRAGMA journal_mode = DELETE"
				  : "PRAGMA journal_mode = WAL";
	bool is = false;
	int code;

	for (int waited = 0;; waited += JOURNAL_NAP_MS) {
		code = journal_pragma(s, "PRAGMA journal_mode", want, &is);
		if (code == SQLITE_OK && !is)
			code = journal_pragma(s, set, want, &is);
		if (is || (code & 0xff) != SQLITE_BUSY ||
		    waited >= BUSY_TIMEOUT_MS)
			break;
		(void)sqlite3_sleep(JOURNAL_NAP_MS);
	}
	if (!is)
		return db_error(s, "cannot set the journal mode", err);
	return run(s, DURABLE "; PRAGMA trusted_schema = OFF", err);
}

/* Is it a database that this postroom can read, or an empty one? */
static int check_version(struct state *s, int *version, struct error *err)
{
	int application, tables = 0;

	/*
	 * The tables first: another process may commit them with their version
	 * between these statements, and only then do they belong together.
	 */
	if (pragma_number(s, "SELECT count(*) FROM sqlite_master", &tables,
			  err) == -1 ||
	    pragma_number(s, "PRAGMA user_version", version, err) == -1 ||
	    pragma_number(s, "PRAGMA application_id", &application, err) == -1)
		return -1;
	if (tables > 0 && (*version == 0 || application != APPLICATION_ID))
		return error_set(err, ERR_PERSON,
				 "%s is not a database of postroom; nothing "
				 "was touched. Move it away, or set another "
				 "place for the state in the configuration",
				 s->path);
	if (*version > STATE_VERSION)
		return error_set(err, ERR_PERSON,
				 "%s was written by a newer postroom (version "
				 "%d); nothing was touched. Use that one",
				 s->path, *version);
	return 0;
}

static int migrate_locked(struct state *s, struct error *err)
{
	char sql[96];
	int version;

	if (check_version(s, &version, err) == -1)
		return -1;
	for (int i = version; i < STATE_VERSION; i++)
		if (run(s, state_migrations[i], err) == -1)
			return -1;
	if (version == STATE_VERSION)
		return 0;
	(void)snprintf(sql, sizeof(sql),
		       "PRAGMA application_id = %d; PRAGMA user_version = %d",
		       APPLICATION_ID, STATE_VERSION);
	return run(s, sql, err);
}

static int migrate(struct state *s, struct error *err)
{
	int version;

	/* The usual case needs no write lock. */
	if (check_version(s, &version, err) == -1)
		return -1;
	if (version == STATE_VERSION)
		return 0;
	if (run(s, "BEGIN IMMEDIATE", err) == -1)
		return -1;
	return state_end(s, migrate_locked(s, err), err);
}

static int lost_database(const struct state *s, const char *dir,
			 struct error *err)
{
	return error_set(err, ERR_PERSON,
			 "%s is missing or empty, though postroom has worked "
			 "with %s; nothing was fetched or deleted. Restore it "
			 "from a backup, or have postroom state rebuild make a "
			 "new one from your folders",
			 s->path, dir);
}

/*
 * Where there was a database, an empty one would fetch everything once more,
 * and what is in the spool would be nobody's.
 */
static int check_not_lost(struct state *s, const char *dir, struct error *err)
{
	int version;

	if (check_version(s, &version, err) == -1)
		return -1;
	return version == 0 ? lost_database(s, dir, err) : 0;
}

/* SQLite would call it an error of the disk. */
static int check_is_file(const struct state *s, struct error *err)
{
	struct stat st;

	if (stat(s->path, &st) == -1 || S_ISREG(st.st_mode))
		return 0;
	return error_set(err, ERR_PERSON,
			 "%s is not a file; nothing was touched. Move it away",
			 s->path);
}

static int open_for_writing(struct state *s, const char *dir, struct error *err)
{
	/* In this order: who starts at the same time makes it meanwhile. */
	bool is_used = state_dir_is_used(dir);
	bool is_new = access(s->path, F_OK) != 0;
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;

	if (is_used && is_new)
		return lost_database(s, dir, err);
	if (check_is_file(s, err) == -1)
		return -1;
	if (sqlite3_open_v2(s->path, &s->db, flags, NULL) != SQLITE_OK)
		return db_error(s, "cannot be opened", err);
	(void)sqlite3_busy_timeout(s->db, BUSY_TIMEOUT_MS);
	if (is_used && check_not_lost(s, dir, err) == -1)
		return -1;
	if (set_journal(s, dir, err) == -1 || migrate(s, err) == -1)
		return -1;
	/* SQLite ignores a failing sync of the directory. */
	return is_new ? io_sync_directory(dir, err) : 0;
}

/* Not in use until it takes the place of the old one: no WAL beside it. */
static int open_new(struct state *s, struct error *err)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;

	if (unlink(s->path) == -1 && errno != ENOENT)
		return error_errno(err, ERR_TEMPORARY, "cannot remove %s",
				   s->path);
	if (sqlite3_open_v2(s->path, &s->db, flags, NULL) != SQLITE_OK)
		return db_error(s, "cannot be opened", err);
	if (run(s, DURABLE, err) == -1)
		return -1;
	return migrate(s, err);
}

/* Everybody shares it but who replaces the file, which takes a moment. */
static int share_lock(struct state *s, const char *dir, struct error *err)
{
	struct buf path = BUF_INIT(4096);
	int rc;

	buf_addf(&path, "%s/" STATE_LOCK, dir);
	rc = lock_take(path.s, LOCK_SHARED, LOCK_TRY, &s->lock_fd, err);
	buf_release(&path);
	if (rc == 0)
		return error_set(err, ERR_TEMPORARY,
				 "%s is being rebuilt by another postroom; "
				 "try again when that has ended",
				 s->path);
	return rc == -1 ? -1 : 0;
}

/* A dry run writes nothing: what is missing is made in memory. */
/* 1: it is there, but of an older postroom, and lacks what is asked for. */
static int open_for_reading(struct state *s, const char *dir, struct error *err)
{
	bool exists = access(s->path, F_OK) == 0;
	int version;
	int flags = exists ? SQLITE_OPEN_READONLY
			   : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;

	if (!exists && state_dir_is_used(dir))
		return lost_database(s, dir, err);
	if (check_is_file(s, err) == -1)
		return -1;
	if (sqlite3_open_v2(exists ? s->path : ":memory:", &s->db, flags,
			    NULL) != SQLITE_OK)
		return db_error(s, "cannot be opened", err);
	(void)sqlite3_busy_timeout(s->db, BUSY_TIMEOUT_MS);
	if (!exists)
		return migrate(s, err);
	if (check_version(s, &version, err) == -1)
		return -1;
	return version == STATE_VERSION ? 0 : 1;
}

/* Who can write here can have any mail delivered, and any of it dropped. */
static int check_owner(const char *dir, struct error *err)
{
	struct stat st;

	if (stat(dir, &st) == -1)
		return error_errno(err, ERR_TEMPORARY, "cannot read %s", dir);
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return error_set(err, ERR_PERSON,
				 "the state directory %s belongs to another "
				 "user (uid %lu)",
				 dir, (unsigned long)st.st_uid);
	if ((st.st_mode & S_IWOTH) != 0)
		return error_set(err, ERR_PERSON,
				 "everybody can write to the state directory "
				 "%s; run: chmod 700 %s",
				 dir, dir);
	return 0;
}

static int open_mode(struct state *s, const char *dir, enum state_mode mode,
		     struct error *err)
{
	if (mode == STATE_READ) {
		int rc = open_for_reading(s, dir, err);

		if (rc != 1)
			return rc;
		(void)sqlite3_close(s->db);
		s->db = NULL;
	}
	if (io_make_directory(dir, err) == -1 || check_owner(dir, err) == -1)
		return -1;
	if (mode == STATE_NEW)
		return open_new(s, err);
	return share_lock(s, dir, err) == -1 ? -1
					     : open_for_writing(s, dir, err);
}

int state_open(struct state **out, const char *dir, enum state_mode mode,
	       struct error *err)
{
	struct state *s = xcalloc(1, sizeof(*s));
	struct buf path = BUF_INIT(4096);
	mode_t mask = umask(077);
	int rc;

	buf_addf(&path, "%s/%s", dir,
		 mode == STATE_NEW ? STATE_FILE_NEW : STATE_FILE);
	s->path = buf_detach(&path);
	s->lock_fd = -1;
	rc = open_mode(s, dir, mode, err);
	(void)umask(mask);
	if (rc == -1) {
		state_close(s);
		return -1;
	}
	*out = s;
	return 0;
}

void state_close(struct state *s)
{
	struct query *next;

	if (s == NULL)
		return;
	for (struct query *q = s->queries; q != NULL; q = next) {
		next = q->next;
		(void)sqlite3_finalize(q->statement);
		free(q);
	}
	(void)sqlite3_close(s->db);
	io_close_quietly(&s->lock_fd);
	free(s->path);
	free(s);
}

int state_begin(struct state *s, struct error *err)
{
	return run(s, "BEGIN IMMEDIATE", err);
}

int state_end(struct state *s, int rc, struct error *err)
{
	if (rc == -1) {
		state_rollback(s);
		return -1;
	}
	if (run(s, "COMMIT", err) == 0)
		return 0;
	/* One that had to wait in vain is still open, and would stay so. */
	if (sqlite3_get_autocommit(s->db) == 0)
		state_rollback(s);
	return -1;
}

void state_rollback(struct state *s)
{
	(void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
}

struct query *query(struct state *s, const char *sql, struct error *err)
{
	struct query *q;

	for (q = s->queries; q != NULL; q = q->next)
		if (q->sql == sql)
			return q;
	q = xcalloc(1, sizeof(*q));
	q->state = s;
	q->sql = sql;
	if (sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
			       &q->statement, NULL) != SQLITE_OK) {
		free(q);
		(void)db_error(s, "cannot be read", err);
		return NULL;
	}
	q->next = s->queries;
	s->queries = q;
	return q;
}

/*
 * A value that is missing would be NULL, and stored. SQLite's code for out of
 * memory ends the process, as it does anywhere else.
 */
static void check_bind(struct query *q, int code)
{
	if (code == SQLITE_NOMEM)
		xalloc_fail();
	if (code != SQLITE_OK)
		q->trouble = code;
}

void query_bind_int(struct query *q, int i, int64_t value)
{
	check_bind(q, sqlite3_bind_int64(q->statement, i, value));
}

void query_bind_text(struct query *q, int i, const char *text)
{
	check_bind(q, sqlite3_bind_text(q->statement, i, text, -1,
					SQLITE_TRANSIENT));
}

void query_bind_blob(struct query *q, int i, struct slice bytes)
{
	int code;

	if (bytes.p == NULL)
		code = sqlite3_bind_null(q->statement, i);
	else if (bytes.len == 0)
		code = sqlite3_bind_zeroblob(q->statement, i, 0);
	else
		code = sqlite3_bind_blob64(q->statement, i, bytes.p, bytes.len,
					   SQLITE_TRANSIENT);
	check_bind(q, code);
}

int query_step(struct query *q, struct error *err)
{
	int rc;

	if (q->trouble != SQLITE_OK) {
		(void)error_set(err, ERR_TEMPORARY, "%s: a value: %s",
				q->state->path, sqlite3_errstr(q->trouble));
		query_reset(q);
		return -1;
	}
	rc = sqlite3_step(q->statement);
	if (rc == SQLITE_ROW)
		return 1;
	if (rc == SQLITE_DONE)
		return 0;
	(void)db_error(q->state, "a statement failed", err);
	query_reset(q);
	return -1;
}

void query_reset(struct query *q)
{
	(void)sqlite3_reset(q->statement);
	q->trouble = SQLITE_OK;
}

int query_run(struct query *q, struct error *err)
{
	int rc = query_step(q, err);

	query_reset(q);
	return rc == -1 ? -1 : 0;
}

int query_exists(struct query *q, struct error *err)
{
	int rc = query_step(q, err);

	query_reset(q);
	return rc;
}

int64_t query_int(struct query *q, int column)
{
	return sqlite3_column_int64(q->statement, column);
}

/* NULL is an absent value, an empty one, or that there was no memory. */
static void check_column(const struct query *q, const void *p)
{
	if (p == NULL && sqlite3_errcode(q->state->db) == SQLITE_NOMEM)
		xalloc_fail();
}

const char *query_text(struct query *q, int column)
{
	const unsigned char *text = sqlite3_column_text(q->statement, column);

	check_column(q, text);
	return text == NULL ? "" : (const char *)text;
}

struct slice query_blob(struct query *q, int column)
{
	const void *p = sqlite3_column_blob(q->statement, column);
	int len = sqlite3_column_bytes(q->statement, column);

	check_column(q, p);
	return p == NULL ? SLICE_EMPTY : slice_of(p, (size_t)len);
}

void query_digest(struct query *q, int column, unsigned char out[HASH_SIZE])
{
	struct slice bytes = query_blob(q, column);

	memset(out, 0, HASH_SIZE);
	if (bytes.len == HASH_SIZE)
		memcpy(out, bytes.p, HASH_SIZE);
}

bool query_is_null(struct query *q, int column)
{
	return sqlite3_column_type(q->statement, column) == SQLITE_NULL;
}

int64_t state_changes(const struct state *s)
{
	return sqlite3_changes(s->db);
}

int64_t state_last_id(const struct state *s)
{
	return sqlite3_last_insert_rowid(s->db);
}
