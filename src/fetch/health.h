/* SPDX-License-Identifier: ISC */
/*
 * How an account fares: when a person is told, and when it is asked again. A
 * dead network is silence until it lasts, a refused login is said at once,
 * neither is repeated every five minutes. See postroom.conf(5), complain-after
 * and every.
 */
#ifndef FETCH_HEALTH_H
#define FETCH_HEALTH_H

#include <stdbool.h>
#include <stdint.h>

#include "state/accounts.h"
#include "util/error.h"

/*
 * Temporary trouble: twice as long each time, at most this. Refused logins,
 * of which providers count only some before they lock the account: an hour,
 * two, four, at most a day.
 */
#define HEALTH_WAIT_MAX	   3600
#define HEALTH_REFUSED_MIN 3600
#define HEALTH_REFUSED_MAX ((int64_t)24 * 3600)

/*
 * A login that worked before and is refused is tried so often as if it were
 * temporary: busy servers say "wrong password", too. [AUTH] (RFC 3206) is
 * believed at once.
 */
#define HEALTH_REFUSALS_MAX 3

struct health_policy {
	int64_t now;		/* seconds since 1970 */
	int64_t complain_after; /* seconds of trouble before it is said */
	int64_t every;		/* seconds between polls */
	int64_t jitter;		/* 0 to 1000: how much of a tenth to add */
	bool watched;		/* a person looks on: say everything */
	bool patient; /* a daemon: what was refused is tried again first */
};

/* What a session was like. */
struct health_session {
	const struct error *trouble; /* kind ERR_NONE: all went well */
	int64_t id;   /* of a complete listing; 0: there was none */
	bool refused; /* the trouble is a refused login or certificate */
	bool again;   /* there is more to fetch: ask at once */
};

/* Take in a session. Returns whether to tell a person. */
bool health_update(struct account_health *health,
		   const struct health_session *session,
		   const struct health_policy *policy);

/*
 * Is it better not to ask now, because the login was refused again and again?
 */
bool health_is_barred(const struct account_health *health, int64_t now);

#endif
