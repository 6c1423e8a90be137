/* SPDX-License-Identifier: ISC */
/* The connection and its statements. Only this file knows SQLite. */
#include "state/db.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

#include "util/banned.h"

/* Another process commits in milliseconds; a slow disk in seconds. */
#define BUSY_TIMEOUT_MS 30000
#define JOURNAL_NAP_MS	10

struct query {
	struct state *state;
	const char *sql;	 /* a literal: compared by address */
	sqlite3_stmt *statement; /* NULL: could not be prepared */
	struct error first;	 /* not reported yet; ERR_NONE: none */
	struct query *next;
};

struct db {
	sqlite3 *handle;
	struct query *queries;
};

/* SQLite has no code of its own for a damaged number in the file's head. */
static bool is_damage(int code, const char *text)
{
	return code == SQLITE_CORRUPT || code == SQLITE_NOTADB ||
	       (code == SQLITE_ERROR &&
		strcmp(text, "unsupported file format") == 0);
}

static int db_error(struct state *s, const char *what, struct error *err)
{
	int code = sqlite3_errcode(s->db->handle) & 0xff;
	const char *text = sqlite3_errmsg(s->db->handle);

	if (is_damage(code, text))
		return error_set(
			err, ERR_PERSON,
			"%s is damaged (%s); nothing was fetched or "
			"deleted. Run postroom state verify for "
			"details, and postroom state rebuild to make a "
			"new one from what can be read and from your "
			"folders",
			s->path, text);
	if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
		return error_set(err, ERR_TEMPORARY,
				 "%s is locked by another program (a backup, a "
				 "database shell?); it will be tried again",
				 s->path);
	return error_set(err, ERR_LOCAL, "%s: %s: %s", s->path, what, text);
}

/*
 * A fetcher can write any bytes into the file. Nothing that is stored in it may
 * run here, and pages are checked when they are read.
 */
static void distrust_file(struct state *s)
{
	static const struct {
		int option, value;
	} settings[] = {
		{SQLITE_DBCONFIG_DEFENSIVE, 1},
		{SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
		{SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
		{SQLITE_DBCONFIG_ENABLE_VIEW, 0},
	};

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		(void)sqlite3_db_config(s->db->handle, settings[i].option,
					settings[i].value, NULL);
	(void)sqlite3_exec(s->db->handle, "PRAGMA cell_size_check = ON", NULL,
			   NULL, NULL);
}

int db_open(struct state *s, enum db_mode mode, struct error *err)
{
	const char *name = mode == DB_MEMORY ? ":memory:" : s->path;
	int flags = mode == DB_READ
			    ? SQLITE_OPEN_READONLY
			    : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;

	s->db = xcalloc(1, sizeof(*s->db));
	if (sqlite3_open_v2(name, &s->db->handle, flags, NULL) != SQLITE_OK)
		return db_error(s, "cannot be opened", err);
	(void)sqlite3_busy_timeout(s->db->handle, BUSY_TIMEOUT_MS);
	distrust_file(s);
	return 0;
}

void db_close(struct state *s)
{
	struct query *next;

	if (s->db == NULL)
		return;
	for (struct query *q = s->db->queries; q != NULL; q = next) {
		next = q->next;
		(void)sqlite3_finalize(q->statement);
		free(q);
	}
	(void)sqlite3_close(s->db->handle);
	free(s->db);
	s->db = NULL;
}

int db_run(struct state *s, const char *sql, struct error *err)
{
	if (sqlite3_exec(s->db->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
		return db_error(s, "cannot be used", err);
	return 0;
}

/* The number that a pragma returns. */
static int pragma_number(struct state *s, const char *sql, int *out,
			 struct error *err)
{
	sqlite3_stmt *st;
	int rc = -1;

	if (sqlite3_prepare_v2(s->db->handle, sql, -1, &st, NULL) != SQLITE_OK)
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
 * Run one of the journal_mode pragmas. *is_out: is `want` in force now? The row
 * says so, not the return value, which is SQLite's code.
 */
static int journal_pragma(struct state *s, const char *sql, const char *want,
			  bool *is_out)
{
	sqlite3_stmt *st;
	int code = sqlite3_prepare_v2(s->db->handle, sql, -1, &st, NULL);

	*is_out = false;
	if (code != SQLITE_OK)
		return code;
	if (sqlite3_step(st) == SQLITE_ROW)
		*is_out = strcmp((const char *)sqlite3_column_text(st, 0),
				 want) == 0;
	return sqlite3_finalize(st);
}

/*
 * With a journal file, removing that file is the commit; EXTRA makes this
 * durable, too. With a WAL it is the same as FULL.
 */
int db_set_durable(struct state *s, struct error *err)
{
	return db_run(s, "PRAGMA synchronous = EXTRA", err);
}

/* A journal file needs its syncs: without them a power cut can damage it. */
int db_set_lazy(struct state *s, struct error *err)
{
	bool is_wal;

	if (journal_pragma(s, "PRAGMA journal_mode", "wal", &is_wal) !=
		    SQLITE_OK ||
	    !is_wal)
		return 0;
	return db_run(s, "PRAGMA synchronous = NORMAL", err);
}

int db_has_log(struct state *s, bool *has_out, struct error *err)
{
	if (journal_pragma(s, "PRAGMA journal_mode", "wal", has_out) !=
	    SQLITE_OK)
		return db_error(s, "cannot be read", err);
	return 0;
}

void db_keep_log(struct state *s)
{
	(void)sqlite3_db_config(s->db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE,
				1, NULL);
}

/*
 * The file keeps the mode, so it is set once. This needs exclusive access, and
 * SQLite does not call its busy handler for it: when several processes open a
 * new file, wait here as long as the busy handler would.
 */
int db_set_journal(struct state *s, bool network, struct error *err)
{
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
	return db_set_durable(s, err);
}

int db_get_mark(struct state *s, struct db_mark *out, struct error *err)
{
	/*
	 * Count the tables first: another process may create them and set the
	 * version between these statements. In the other order a new version
	 * could be missed, and its tables taken for another program's.
	 */
	if (pragma_number(s, "SELECT count(*) FROM sqlite_master", &out->tables,
			  err) == -1 ||
	    pragma_number(s, "PRAGMA user_version", &out->version, err) == -1)
		return -1;
	return pragma_number(s, "PRAGMA application_id", &out->application,
			     err);
}

/* Triggers and views; virtual tables have no pages of their own. */
int db_count_strange(struct state *s, int *n_out, struct error *err)
{
	return pragma_number(s,
			     "SELECT count(*) FROM sqlite_master WHERE"
			     " type NOT IN ('table', 'index') OR rootpage = 0",
			     n_out, err);
}

int db_set_mark(struct state *s, int application, int version,
		struct error *err)
{
	char sql[96];

	(void)snprintf(sql, sizeof(sql),
		       "PRAGMA application_id = %d; PRAGMA user_version = %d",
		       application, version);
	return db_run(s, sql, err);
}

int state_begin(struct state *s, struct error *err)
{
	return db_run(s, "BEGIN IMMEDIATE", err);
}

int state_begin_reading(struct state *s, struct error *err)
{
	return db_run(s, "BEGIN DEFERRED", err);
}

int state_end(struct state *s, int rc, struct error *err)
{
	if (rc == -1) {
		state_rollback(s);
		return -1;
	}
	if (db_run(s, "COMMIT", err) == 0)
		return 0;
	/* A commit that timed out leaves the transaction open. */
	if (sqlite3_get_autocommit(s->db->handle) == 0)
		state_rollback(s);
	return -1;
}

void state_rollback(struct state *s)
{
	(void)sqlite3_exec(s->db->handle, "ROLLBACK", NULL, NULL, NULL);
}

static struct query *find_query(struct state *s, const char *sql)
{
	struct query *q;

	for (q = s->db->queries; q != NULL; q = q->next)
		if (q->sql == sql)
			return q;
	q = xcalloc(1, sizeof(*q));
	q->state = s;
	q->sql = sql;
	q->next = s->db->queries;
	s->db->queries = q;
	return q;
}

/*
 * An error that was not reported yet is kept. Without this, a later query()
 * could prepare the statement, and it would run without the values that were
 * bound before.
 */
struct query *query(struct state *s, const char *sql)
{
	struct query *q = find_query(s, sql);

	if (q->statement == NULL && q->first.kind == ERR_NONE &&
	    sqlite3_prepare_v3(s->db->handle, sql, -1,
			       SQLITE_PREPARE_PERSISTENT, &q->statement,
			       NULL) != SQLITE_OK)
		(void)db_error(s, "cannot be read", &q->first);
	return q;
}

/*
 * A value that was not bound would be stored as NULL. A statement that could
 * not be prepared refuses values, too (SQLITE_MISUSE); its first error is kept.
 * Out of memory ends the process, as everywhere.
 */
static void check_bind(struct query *q, int code)
{
	if (code == SQLITE_NOMEM)
		xalloc_fail();
	if (code != SQLITE_OK && q->first.kind == ERR_NONE)
		(void)error_set(&q->first, ERR_TEMPORARY,
				"%s: cannot bind a value: %s", q->state->path,
				sqlite3_errstr(code));
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

void query_bind_digest(struct query *q, int i,
		       const unsigned char digest[HASH_SIZE])
{
	query_bind_blob(q, i, slice_of((const char *)digest, HASH_SIZE));
}

int query_step(struct query *q, struct error *err)
{
	int rc;

	if (q->first.kind != ERR_NONE) {
		*err = q->first;
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
	q->first.kind = ERR_NONE;
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

int query_one_int(struct query *q, int64_t *out, struct error *err)
{
	int rc = query_step(q, err);

	*out = rc == 1 ? query_int(q, 0) : 0;
	query_reset(q);
	return rc == -1 ? -1 : 0;
}

int64_t query_int(struct query *q, int column)
{
	return sqlite3_column_int64(q->statement, column);
}

/* SQLite returns NULL for an absent value, an empty one, or without memory. */
static void check_column(const struct query *q, const void *p)
{
	if (p == NULL && sqlite3_errcode(q->state->db->handle) == SQLITE_NOMEM)
		xalloc_fail();
}

const char *query_text(struct query *q, int column)
{
	const unsigned char *text = sqlite3_column_text(q->statement, column);

	check_column(q, text);
	return text == NULL ? "" : (const char *)text;
}

char *query_copy(struct query *q, int column)
{
	return query_is_null(q, column) ? NULL : xstrdup(query_text(q, column));
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
	return sqlite3_changes(s->db->handle);
}

int64_t state_last_id(const struct state *s)
{
	return sqlite3_last_insert_rowid(s->db->handle);
}
