/* SPDX-License-Identifier: ISC */
/* How the sessions of accounts went, and when to poll them. */
#ifndef STATE_ACCOUNTS_H
#define STATE_ACCOUNTS_H

#include "state/state.h"

/*
 * How the sessions of an account went. Times are seconds since 1970, 0: never.
 */
struct account_health {
	int64_t last_success;
	int64_t last_session;  /* the last one that saw a complete listing */
	int64_t failing_since; /* 0: all is well */
	int64_t complained;    /* when a person was last told, 0: never */
	enum error_kind kind;  /* of the trouble, ERR_NONE when well */
	int64_t last_try;
	int64_t next_poll;     /* not before; -1: requested now */
	int64_t failures;      /* sessions in a row that failed */
	int64_t refusals;      /* refused logins since the last success */
	int64_t excused;       /* of a day: taken for temporary, */
	int64_t excused_since; /* which began then */
	int64_t login_delay;   /* seconds between logins, as the server says */
	int64_t expire;	   /* days it keeps mail; -1: for ever, or unknown */
	int64_t on_server; /* messages, when last listed; -1: unknown */
	int64_t large;	   /* of these: left there because of max-size */
	int64_t large_bytes;
};

int state_get_health(struct state *s, int64_t account,
		     struct account_health *out, struct error *err);
int state_set_health(struct state *s, int64_t account,
		     const struct account_health *health, const char *trouble,
		     struct error *err);

/* Request that this account is polled now, as `poll` does. */
int state_request_poll(struct state *s, int64_t account, struct error *err);

/* Is there such a request? 1, 0, -1. The second clears all of them. */
int state_has_requests(struct state *s, struct error *err);
int state_clear_requests(struct state *s, struct error *err);

#endif
