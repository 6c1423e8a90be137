/* SPDX-License-Identifier: ISC */
/* What whoever schedules work asks the state, and leaves there. */
#ifndef STATE_ACCOUNTS_H
#define STATE_ACCOUNTS_H

#include "state/state.h"

/* The daemon that began last; it may have ended since. */
struct daemon_record {
	int64_t began;	/* seconds since 1970; 0: there was none */
	int64_t loaded; /* when it read its configuration */
	char *trouble;	/* why it refused a newer one; or NULL */
	char *accounts; /* that it polls, each ended by '\n'; NULL: all */
};

int state_set_daemon(struct state *s, const struct daemon_record *record,
		     struct error *err);

/* Texts are allocated; all zero when there was none. */
int state_get_daemon(struct state *s, struct daemon_record *out,
		     struct error *err);
void daemon_record_release(struct daemon_record *record);

/* Does it poll this account? Named ones also when they are disabled. */
bool daemon_record_has(const struct daemon_record *record, const char *account,
		       bool enabled);

/* Somebody wants this account to be polled now. */
int state_request_poll(struct state *s, int64_t account, struct error *err);

/* Has somebody? 1, 0, -1; and: all of these requests are met. */
int state_has_requests(struct state *s, struct error *err);
int state_clear_requests(struct state *s, struct error *err);

/* The id of the newest message; 0: there is none. */
int state_newest(struct state *s, int64_t *id_out, struct error *err);

/* Is there anything in the spool, or left to be cleared up on disk? */
int state_has_work(struct state *s, bool *work_out, struct error *err);

/*
 * Does mail wait because deciding or filing it has failed? 1, 0, -1. Commands
 * that are to be tried again do not count: their mail is filed.
 */
int state_has_failing(struct state *s, struct error *err);

/*
 * In how many seconds is there something for a sorter to do? 1, with 0 for
 * what is due already; 0: nothing waits; -1.
 */
int state_next_work(struct state *s, int64_t now, int64_t *wait_out,
		    struct error *err);

#endif
