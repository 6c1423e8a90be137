/* SPDX-License-Identifier: ISC */
/*
 * How an account fares: when a person is told, and when it is polled again.
 * Temporary trouble is reported when it lasts, a refused login at once, and
 * neither is repeated with every poll. See postroom.conf(5), complain-after
 * and every.
 */
#ifndef FETCH_HEALTH_H
#define FETCH_HEALTH_H

#include <stdbool.h>
#include <stdint.h>

#include "state/accounts.h"
#include "util/error.h"

/*
 * Seconds until the next poll. After temporary trouble the wait doubles each
 * time, up to HEALTH_WAIT_MAX. After a refused login it is one hour, two, four,
 * up to a day, because providers lock an account after some refusals.
 */
#define HEALTH_WAIT_MAX	   3600
#define HEALTH_REFUSED_MIN 3600
#define HEALTH_REFUSED_MAX ((int64_t)24 * 3600)

/*
 * A refused login that worked before is taken for temporary trouble until it
 * was refused so often: busy servers say "wrong password", too. With [AUTH]
 * (RFC 3206) the first refusal counts.
 */
#define HEALTH_REFUSALS_MAX 3

struct health_policy {
	int64_t now;		/* seconds since 1970 */
	int64_t complain_after; /* seconds of trouble before it is reported */
	int64_t every;		/* seconds between polls */
	int64_t jitter;		/* thousandths of a tenth to add to the wait */
	bool watched;		/* a person looks on: report everything */
	bool patient;		/* the daemon: HEALTH_REFUSALS_MAX applies */
};

/* The result of a session. */
struct health_session {
	const struct error *trouble; /* kind ERR_NONE: all went well */
	int64_t id;   /* of the session; 0: it got no complete listing */
	bool refused; /* the trouble is a refused login or certificate */
	bool again;   /* there is more to fetch: poll again at once */
};

/* Update `health` after a session. Returns whether to tell a person. */
bool health_update(struct account_health *health,
		   const struct health_session *session,
		   const struct health_policy *policy);

/* Must the account not be polled now, because its login was refused often? */
bool health_is_barred(const struct account_health *health, int64_t now);

#endif
