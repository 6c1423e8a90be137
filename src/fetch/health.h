/* SPDX-License-Identifier: ISC */
/*
 * How an account fares: when a person is told, and when it is polled again.
 * Temporary trouble is told when it lasts, a refused login at once, the same
 * once a day, and other trouble although one was told today. See
 * postroom.conf(5), complain-after and every.
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
 * A login that is refused although it worked before is taken for temporary
 * trouble the first time, because busy servers say "wrong password", too: so
 * often a day, so that one that is refused every second time is told of. With
 * a code that says what it is, [AUTH] or [SYS/PERM] (RFC 3206), the first one
 * counts.
 */
#define HEALTH_EXCUSED_MAX 3

/* From this number of refusals in a row on, cron leaves the account alone. */
#define HEALTH_REFUSALS_MAX 3

struct health_policy {
	int64_t now;		/* seconds since 1970 */
	int64_t complain_after; /* seconds of trouble before it is told */
	int64_t every;		/* seconds between polls */
	int64_t jitter;		/* thousandths of a tenth to add to the wait */
	bool watched;		/* a person looks on: tell everything */
};

/* The result of a session. */
struct health_session {
	const struct error *trouble; /* kind ERR_NONE: all went well */
	int64_t id;   /* of the session; 0: it got no complete listing */
	bool refused; /* the trouble is a refused login */
	bool again;   /* there is more to fetch: poll again at once */
	int64_t wait; /* seconds that the server asked for; 0: it did not */
};

/* The conclusion. */
struct health_outcome {
	enum error_kind kind; /* of the trouble; see HEALTH_EXCUSED_MAX */
	bool tell;	      /* to a person, now */
};

/*
 * Update `health` after a session. `tell` is true each time that the trouble is
 * serious or has lasted: health_record() compares it with what was told.
 */
struct health_outcome health_update(struct account_health *health,
				    const struct health_session *session,
				    const struct health_policy *policy);

/*
 * health_update(), recorded for the account with this id. *out is set after an
 * error, too: nobody knows then what was told, so all is.
 */
int health_record(struct state *s, int64_t account,
		  struct account_health *health,
		  const struct health_session *session,
		  const struct health_policy *policy,
		  struct health_outcome *out, struct error *err);

/* Must the account not be polled now, because its login was refused often? */
bool health_is_barred(const struct account_health *health, int64_t now);

#endif
