/* SPDX-License-Identifier: ISC */
/* The queries of `postroom state`. No message passes through here. */
#ifndef STATE_ADMIN_H
#define STATE_ADMIN_H

#include "state/seen.h"

/* Totals of one account, or (id 0) of all mail that came from no server. */
struct state_summary {
	int64_t id;
	char *name;	      /* "" for id 0; the texts are allocated */
	int64_t known;	      /* listed by the server when it was last asked */
	int64_t gone;	      /* remembered, though not listed any more */
	int64_t waiting;      /* in the spool: not sorted, or with steps left */
	int64_t last_success; /* seconds since 1970, 0: never */
	char *trouble;	      /* of the last session; or NULL */
};

/* The messages in the spool, of all accounts and of `deliver`. */
struct state_queue_summary {
	int64_t messages; /* in the spool */
	int64_t held;	  /* of these: until a rule's time has come */
	int64_t failing;  /* of these: tried before, without success */
	int64_t commands; /* that are to be run */
	/*
	 * Not in the spool: filed into the fallback folder in the last
	 * QUARANTINE_DAYS days, because they could not be judged or a command
	 * gave up.
	 */
	int64_t quarantined;
};

#define QUARANTINE_DAYS 30

int state_get_queue_summary(struct state *s, int64_t now,
			    struct state_queue_summary *out, struct error *err);

void state_summary_release(struct state_summary *summary);

/* The account with the next id above `after` (-1: the first). 1, 0 none, -1. */
int state_next_summary(struct state *s, int64_t after,
		       struct state_summary *out, struct error *err);

/* A row as `export` shows it. */
struct state_row {
	struct seen seen; /* its uidl is the one below */
	char uidl[STATE_UIDL_MAX];
	int64_t size; /* of the message as we have it */
	bool waiting;
	bool gone;
};

/* The next row of an account with an id above `after`: 1, 0 none, -1. */
int state_next_row(struct state *s, int64_t account, int64_t after,
		   struct state_row *out, struct error *err);

/*
 * Record a message on the server as known, although it was never fetched. It is
 * never deleted there. `identity` may be all zeros, which no message has.
 */
int state_mark_seen(struct state *s, int64_t account, struct slice uidl,
		    uint64_t size, const unsigned char identity[HASH_SIZE],
		    int64_t now, struct error *err);

/* The id of the account with that name in the database; 0: there is none. */
int state_find_account(struct state *s, const char *name, int64_t *id_out,
		       struct error *err);
int state_rename_account(struct state *s, int64_t id, const char *name,
			 struct error *err);

/*
 * Forget messages with that UIDL (p NULL: all of the account), so that they are
 * fetched again. Messages that still wait in the spool are kept. *n_out counts
 * the forgotten ones.
 */
int state_forget_seen(struct state *s, int64_t account, struct slice uidl,
		      int64_t now, int64_t *n_out, struct error *err);

/*
 * A file in the spool that a row needs. Size and digest are set when
 * `is_known`.
 */
struct state_file {
	int64_t message;
	char name[64];
	bool is_known;
	uint64_t size;
	unsigned char sha256[HASH_SIZE];
};

/*
 * The next file, those of messages first, then those of steps: 1, 0 no more,
 * -1.
 */
int state_files_next(struct state *s, struct state_file *out,
		     struct error *err);

/*
 * SQLite's check of the whole file: 1 it is sound; 0 it is not, and `text` is
 * the first complaint; -1 the check could not run.
 */
int state_check(struct state *s, char *text, size_t size, struct error *err);

#endif
