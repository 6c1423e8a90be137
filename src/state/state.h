/* SPDX-License-Identifier: ISC */
/*
 * What we know: which messages were seen on which server, what is in the
 * spool and what is to be done with it, how each account fares. One SQLite
 * database; only db.c knows that it is SQLite.
 *
 * What was committed is durable (synchronous=EXTRA; a WAL, or on a network
 * file system a journal file). A commit that fails leaves it unknown whether
 * it happened; the caller closes everything, sends no QUIT, and the next start
 * reads the truth.
 *
 * A connection is not used across fork(): each process opens its own.
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
	STATE_WRITE, /* created and migrated when needed */
	STATE_READ,  /* as it is; an empty one when there is none */
	STATE_NEW,   /* empty, beside the old one; see state_replace() */
};

/* Names in the state directory. */
#define STATE_FILE     "state.db"
#define STATE_FILE_NEW "state.db.new"
#define STATE_LOCK     "state.lock"

/* Open `dir`/state.db; the directory is created in STATE_WRITE. */
int state_open(struct state **out, const char *dir, enum state_mode mode,
	       struct error *err);
void state_close(struct state *s);

/*
 * Transactions:
 *
 *	if (state_begin(s, err) == -1)
 *		return -1;
 *	return state_end(s, write_rows(s, err), err);
 *
 * state_end() commits when `rc` is 0 and rolls back when it is -1; it returns
 * 0 only when the rows were written and the commit succeeded. No transaction
 * is open after it. A commit that failed may have happened nevertheless, so do
 * not remove then what the rows refer to.
 */
int state_begin(struct state *s, struct error *err);
int state_end(struct state *s, int rc, struct error *err);

/* End without a change: after reading only, or to give up. */
void state_rollback(struct state *s);

/* --- accounts (state_seen.c) ------------------------------------------- */

/* The id of the account, 0 when it is unknown; or made when it is new. */
int state_account(struct state *s, const char *name, int64_t *id_out,
		  struct error *err);
int state_add_account(struct state *s, const char *name, int64_t *id_out,
		      struct error *err);

/* How an account has fared; all times in seconds since 1970, 0: never. */
struct account_health {
	int64_t last_success;
	int64_t last_session;  /* the last one that saw a complete listing */
	int64_t failing_since; /* 0: all is well */
	int64_t complained;    /* when a person was last told, 0: not yet */
	enum error_kind kind;  /* of the trouble, ERR_NONE when well */
	int64_t last_try;
	int64_t next_poll;   /* not before; -1: somebody wants it now */
	int64_t failures;    /* sessions in a row that failed */
	int64_t refusals;    /* refused logins since the last success */
	int64_t login_delay; /* seconds between logins, as the server says */
	int64_t expire;	     /* days it keeps mail; -1: for ever, or unknown */
	int64_t on_server;   /* messages, when last listed; -1: unknown */
};

int state_get_health(struct state *s, int64_t account,
		     struct account_health *out, struct error *err);
int state_set_health(struct state *s, int64_t account,
		     const struct account_health *health, const char *trouble,
		     struct error *err);

/* --- messages seen (state_seen.c) -------------------------------------- */

/* Instead of a session: it was never here, a person says that it is known. */
#define STATE_MARKED (-1)

/* Bytes of the longest UIDL; pop3/ refuses longer ones. */
#define STATE_UIDL_MAX 1024

/* A message we have, as far as a listing is concerned. */
struct seen {
	int64_t id;
	struct slice uidl; /* valid until the next row */
	uint64_t size;	   /* as listed */
	int64_t session; /* that last fetched or verified it, or STATE_MARKED */
	int64_t first_seen;
	unsigned char sha256[HASH_SIZE];
	unsigned char identity[HASH_SIZE];
};

/*
 * Walk the messages of the last listing by (uidl, size) bytewise: 1 a row, 0
 * the end, -1. One that is broken off is ended with state_live_end().
 */
void state_live_begin(struct state *s, int64_t account);
int state_live_next(struct state *s, struct seen *out, struct error *err);
void state_live_end(struct state *s);

/* A message with that UIDL and size that had gone: 1 found, 0 not. */
int state_find_gone(struct state *s, int64_t account, struct slice uidl,
		    uint64_t size, struct seen *out, struct error *err);

/* By id: 1 found, 0 not. */
int state_get_seen(struct state *s, int64_t id, struct seen *out,
		   struct error *err);

/* The message is not listed; was deleted; is there again; or its name is. */
int state_set_gone(struct state *s, int64_t id, int64_t now, struct error *err);
int state_set_deleted(struct state *s, int64_t account, struct slice uidl,
		      uint64_t size, int64_t now, struct error *err);
int state_set_present(struct state *s, int64_t id, struct error *err);
int state_set_back(struct state *s, int64_t id, int64_t now, struct error *err);

/* The server calls it so from now on; it was seen in this session. */
int state_set_uidl(struct state *s, int64_t id, struct slice uidl,
		   int64_t session, struct error *err);

/* After each listing: what was absent from three and for 90 days is forgotten.
 */
int state_age_gone(struct state *s, int64_t account, int64_t now,
		   struct error *err);

#endif
