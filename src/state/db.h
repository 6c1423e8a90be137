/* SPDX-License-Identifier: ISC */
/*
 * Private to this folder: the connection, and the statements of its files.
 *
 *	struct query *q = query(s, "SELECT size FROM msg WHERE id = ?");
 *
 *	query_bind_int(q, 1, id);
 *	while ((rc = query_step(q, err)) == 1)
 *		… query_int(q, 0) …
 *	query_reset(q);
 *
 * query() never returns NULL. When a statement cannot be prepared or a value
 * cannot be bound, the next step reports that first error. Get a statement,
 * bind and step without anything in between that can fail: an error that was
 * not reported stays with the statement.
 *
 * Statements are prepared once and kept, one for each literal. While one is
 * walked, no function called in the loop may use the same literal. Values are
 * always bound. A statement that was stepped must be reset.
 *
 * PostgreSQL understands this SQL, too, except: numbered parameters (?1);
 * booleans read as 0 and 1; UPDATE OR IGNORE when another row has the UIDL;
 * date(…, 'unixepoch', 'localtime') in stats.c; integrity_check in admin.c;
 * the id of the last insert; the migrations in schema.c, with INTEGER PRIMARY
 * KEY and WITHOUT ROWID; and db.c.
 */
#ifndef STATE_DB_H
#define STATE_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "state/state.h"

struct query;

/* Made by state_open(); db.c sets `db`. */
struct state {
	struct db *db; /* NULL: no connection */
	char *path;
	int lock_fd;	   /* STATE_LOCK, shared: nobody replaces the file */
	struct key *key;   /* of seals, see seal.h; NULL: not loaded */
	struct hash *hash; /* to seal */
	bool trusts_rows;  /* there is no key yet, and none may be made */
};

enum db_mode {
	DB_CREATE, /* made when it is missing */
	DB_READ,
	DB_MEMORY, /* an empty one, without a file */
};

/* Connect to s->path. Call db_close() after a failure, too. */
int db_open(struct state *s, enum db_mode mode, struct error *err);
void db_close(struct state *s);

/*
 * Make commits durable; the second first sets the journal: a file on network
 * file systems, else a WAL, which needs no new file for a transaction: has it
 * one? With db_set_lazy() a power cut may undo a commit to a WAL until a
 * durable one, or a checkpoint, follows.
 */
int db_set_durable(struct state *s, struct error *err);
int db_set_journal(struct state *s, bool network, struct error *err);
int db_set_lazy(struct state *s, struct error *err);
int db_has_log(struct state *s, bool *has_out, struct error *err);
void db_keep_log(struct state *s); /* db_close() leaves the WAL as it is */

/* The program that wrote the file, and its version. All 0 when it is empty. */
struct db_mark {
	int tables, application, version;
};

/* The third: how many objects are neither tables nor indexes, so not ours? */
int db_get_mark(struct state *s, struct db_mark *out, struct error *err);
int db_set_mark(struct state *s, int application, int version,
		struct error *err);
int db_count_strange(struct state *s, int *n_out, struct error *err);

/* Run statements that need no values and return no rows, separated by ';'. */
int db_run(struct state *s, const char *sql, struct error *err);

struct query *query(struct state *s, const char *sql);
void query_bind_int(struct query *q, int i, int64_t value);
void query_bind_text(struct query *q, int i, const char *text); /* or NULL */
void query_bind_blob(struct query *q, int i, struct slice bytes);
void query_bind_digest(struct query *q, int i,
		       const unsigned char digest[HASH_SIZE]);

/* 1: a row, 0: no more, -1: error, and the statement is reset. */
int query_step(struct query *q, struct error *err);
void query_reset(struct query *q);

/* Step once, expect no row, and reset. The second: is there a row? 1, 0, -1. */
int query_run(struct query *q, struct error *err);
int query_exists(struct query *q, struct error *err);

/* The number that it selects; 0 when there is no row, or when it is NULL. */
int query_one_int(struct query *q, int64_t *out, struct error *err);

/*
 * Columns of the row, from 0. Text and bytes are valid until the next step, and
 * empty, not NULL, when absent; query_is_null() tells the difference.
 */
int64_t query_int(struct query *q, int column);
const char *query_text(struct query *q, int column);
struct slice query_blob(struct query *q, int column);
bool query_is_null(struct query *q, int column);

/* A text as an allocated copy; NULL when it is absent. */
char *query_copy(struct query *q, int column);

/* A copy of a digest; all zeros when the value is not a digest. */
void query_digest(struct query *q, int column, unsigned char out[HASH_SIZE]);

/* Rows changed by the last statement, and the id of the last insert. */
int64_t state_changes(const struct state *s);
int64_t state_last_id(const struct state *s);

#endif
