/* SPDX-License-Identifier: ISC */
/*
 * The database behind state.h, as statements: what the files of this folder
 * are written with. Private to it.
 *
 *	struct query *q = query(s, "SELECT size FROM msg WHERE id = ?");
 *
 *	query_bind_int(q, 1, id);
 *	while ((rc = query_step(q, err)) == 1)
 *		… query_int(q, 0) …
 *	query_reset(q);
 *
 * query() is never NULL. A statement that cannot be prepared, or a value that
 * cannot be bound, makes the next step fail with that first error; only then
 * is it forgotten. So get the statement, bind, and step in one go: nothing
 * that can fail in between. Out of memory ends the process.
 *
 * Statements are prepared once and kept, one for each literal: while one is
 * walked, no function called in the loop may use the same literal. Values are
 * always bound. A statement that was stepped must be reset.
 *
 * SQL is kept to what PostgreSQL understands, too, but for these: numbered
 * parameters (?1); booleans that are read as 0 and 1; UPDATE OR IGNORE of a
 * UIDL that another row has; date(…, 'unixepoch', 'localtime') in stats.c;
 * integrity_check in admin.c; the id of the last insert; the migrations of
 * schema.c with INTEGER PRIMARY KEY and WITHOUT ROWID; and what db.c does.
 */
#ifndef STATE_DB_H
#define STATE_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "state/state.h"

struct query;

/* What state_open() makes; db.c fills in `db`. */
struct state {
	struct db *db; /* NULL: no connection */
	char *path;
	int lock_fd; /* shared, while others may not replace the file */
};

enum db_mode {
	DB_CREATE, /* made when it is missing */
	DB_READ,
	DB_MEMORY, /* an empty one, without a file */
};

/* Connect; after a failure, too, db_close() is to be called. */
int db_open(struct state *s, enum db_mode mode, struct error *err);
void db_close(struct state *s);

/* A commit is durable when it returns; over a network by another journal. */
int db_set_durable(struct state *s, struct error *err);
int db_set_journal(struct state *s, bool network, struct error *err);

/* Whose file it is, and of which version. All 0 in an empty one. */
struct db_mark {
	int tables;
	int application;
	int version;
};

int db_get_mark(struct state *s, struct db_mark *out, struct error *err);
int db_set_mark(struct state *s, int application, int version,
		struct error *err);

/* Statements without values or rows, separated by ';'. */
int db_run(struct state *s, const char *sql, struct error *err);

struct query *query(struct state *s, const char *sql);
void query_bind_int(struct query *q, int i, int64_t value);
void query_bind_text(struct query *q, int i, const char *text); /* or NULL */
void query_bind_blob(struct query *q, int i, struct slice bytes);
void query_bind_digest(struct query *q, int i,
		       const unsigned char digest[HASH_SIZE]);

/* 1: a row, 0: no more, -1: error (and the query is reset). */
int query_step(struct query *q, struct error *err);
void query_reset(struct query *q);

/* Step once, expecting no row, and reset. */
int query_run(struct query *q, struct error *err);

/* Is there a row? Step once, and reset: 1, 0, -1. */
int query_exists(struct query *q, struct error *err);

/* The one number that it selects; 0 when there is no row, or NULL in it. */
int query_one_int(struct query *q, int64_t *out, struct error *err);

/*
 * Columns of the row, from 0; text and bytes are valid until the next step.
 * Both are never NULL; query_is_null() tells an absent value.
 */
int64_t query_int(struct query *q, int column);
const char *query_text(struct query *q, int column);
struct slice query_blob(struct query *q, int column);
bool query_is_null(struct query *q, int column);

/* A text as an allocated copy; NULL when it is absent. */
char *query_copy(struct query *q, int column);

/* A copy of a digest; all zeros when the value is none. */
void query_digest(struct query *q, int column, unsigned char out[HASH_SIZE]);

/* Rows changed by the last statement, and the id of the last insert. */
int64_t state_changes(const struct state *s);
int64_t state_last_id(const struct state *s);

#endif
