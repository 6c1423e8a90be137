/* SPDX-License-Identifier: ISC */
/*
 * The state: which messages were seen on which server, what is in the spool,
 * what is planned and done with it, how the sessions of each account went. It
 * is one SQLite database; only db.c knows that it is SQLite.
 *
 * A commit is durable (synchronous=EXTRA; a WAL, or on a network file system
 * a journal file). After a commit that failed nobody knows whether it
 * happened: the caller closes everything and sends no QUIT, and the next start
 * reads the truth.
 *
 * Do not use a connection after fork(): each process opens its own.
 */
#ifndef STATE_H
#define STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "account/account.h"
#include "util/buf.h"
#include "util/error.h"
#include "util/hash.h"

struct state;

enum state_mode {
	STATE_WRITE,   /* created and migrated when needed */
	STATE_READ,    /* as it is; empty, in memory, when there is none */
	STATE_NEW,     /* empty, beside the old one; see state_replace() */
	STATE_SALVAGE, /* as it is, even of an older version: for rebuild */
};

/* Names in the state directory. */
#define STATE_FILE     "state.db"
#define STATE_FILE_NEW "state.db.new"
#define STATE_LOCK     "state.lock"

/* Bytes of the name under which a replaced database is kept. */
#define STATE_ASIDE_MAX 64

/* Open `dir`/state.db; the directory is created in STATE_WRITE. */
int state_open(struct state **out, const char *dir, enum state_mode mode,
	       struct error *err);
void state_close(struct state *s);

/*
 * The same, without copying the log (WAL) into the database, which costs
 * several syncs: for processes that usually had nothing to write. Others do it
 * later, or SQLite, once the log has 1,000 pages. NULL is accepted.
 */
void state_leave(struct state *s);

/*
 * For a process that may open no other file from now on: the connection needs
 * none but those that are open. Only without a WAL, on network file systems, a
 * transaction makes a file beside the database, so *fd_out is the directory for
 * it, also behind a link; else -1.
 */
int state_stay_inside(struct state *s, int *fd_out, struct error *err);

/*
 * Transactions:
 *
 *	if (state_begin(s, err) == -1)
 *		return -1;
 *	return state_end(s, write_rows(s, err), err);
 *
 * state_end() commits when `rc` is 0 and rolls back when it is -1; it returns
 * 0 only when the rows were written and the commit succeeded. No transaction
 * is open after it. A commit that failed may have happened nevertheless: do
 * not remove the files that its rows need.
 */
int state_begin(struct state *s, struct error *err);
int state_end(struct state *s, int rc, struct error *err);

/*
 * For many small reads: SQLite takes its locks once, not for each. Nothing may
 * be written before it ends, with state_rollback().
 */
int state_begin_reading(struct state *s, struct error *err);

/* Roll back: after reading, or after an error. */
void state_rollback(struct state *s);

#endif
