/* SPDX-License-Identifier: ISC */
#include "fetch/health.h"

#include <string.h>

#include "util/number.h"

#include "util/banned.h"

/* Lasting trouble is reported again after a day. */
#define REPEAT_SECONDS (24 * 3600)

/* 2^10 times any interval exceeds all limits. */
#define DOUBLINGS_MAX 10

static bool should_complain(const struct account_health *health,
			    const struct health_policy *policy)
{
	if (policy->watched)
		return true;
	/* An account that is being set up: its owner is waiting for news. */
	if (health->last_success == 0 && health->complained == 0)
		return true;
	if (health->complained != 0 &&
	    policy->now - health->complained < REPEAT_SECONDS)
		return false;
	if (health->kind == ERR_TEMPORARY || health->kind == ERR_MESSAGE)
		return policy->now - health->failing_since >=
		       policy->complain_after;
	return true;
}

/* How many refusals in a row count as a refused login? */
static int64_t refusals_needed(const struct account_health *health,
			       const struct health_session *session,
			       const struct health_policy *policy)
{
	bool is_certain = policy->patient &&
			  (health->last_success == 0 ||
			   strstr(session->trouble->text, "[AUTH]") != NULL);

	return is_certain ? 1 : HEALTH_REFUSALS_MAX;
}

/* Times from a clock that was ahead would delay polls for years. */
static void forget_future(struct account_health *health, int64_t now)
{
	if (health->last_try > now)
		health->last_try = now;
	if (health->last_success > now)
		health->last_success = now;
	if (health->failing_since > now)
		health->failing_since = now;
	if (health->complained > now)
		health->complained = 0;
}

static int64_t doubled(int64_t seconds, int64_t times, int64_t max)
{
	if (times > DOUBLINGS_MAX)
		times = DOUBLINGS_MAX;
	while (times-- > 0 && seconds < max)
		seconds *= 2;
	return seconds < max ? seconds : max;
}

/* Seconds until the account is polled again. */
static int64_t wait_of(const struct account_health *health,
		       const struct health_session *session,
		       const struct health_policy *policy)
{
	int64_t every = number_max(policy->every, health->login_delay), wait;

	if (health->kind == ERR_NONE)
		wait = session->again ? health->login_delay : every;
	else if (health->kind == ERR_PERSON && session->refused)
		wait = number_max(
			every, doubled(HEALTH_REFUSED_MIN,
				       health->refusals -
					       refusals_needed(health, session,
							       policy),
				       HEALTH_REFUSED_MAX));
	else
		wait = doubled(every, health->failures - 1,
			       number_max(every, HEALTH_WAIT_MAX));
	return wait + wait * policy->jitter / 10000;
}

static void note_trouble(struct account_health *health,
			 const struct health_session *session,
			 const struct health_policy *policy)
{
	enum error_kind kind = session->trouble->kind;

	if (health->failing_since == 0)
		health->failing_since = policy->now;
	health->failures++;
	health->refusals += session->refused;
	if (session->refused && policy->patient &&
	    health->refusals < refusals_needed(health, session, policy))
		kind = ERR_TEMPORARY;
	/* Worse than all trouble since the last success: report it. */
	if (kind > health->kind) {
		health->complained = 0;
		health->kind = kind;
	}
}

bool health_update(struct account_health *health,
		   const struct health_session *session,
		   const struct health_policy *policy)
{
	bool well = session->trouble->kind == ERR_NONE, complain = false;

	forget_future(health, policy->now);
	health->last_try = policy->now;
	if (session->id != 0)
		health->last_session = session->id;
	if (well) {
		health->last_success = policy->now;
		health->failing_since = 0;
		health->complained = 0;
		health->failures = 0;
		health->refusals = 0;
		health->kind = ERR_NONE;
	} else {
		note_trouble(health, session, policy);
		complain = should_complain(health, policy);
	}
	health->next_poll = policy->now + wait_of(health, session, policy);
	if (complain)
		health->complained = policy->now;
	return complain;
}

bool health_is_barred(const struct account_health *health, int64_t now)
{
	/* A time in the future, from a clock that was ahead, does not bar. */
	return health->kind == ERR_PERSON &&
	       health->refusals >= HEALTH_REFUSALS_MAX &&
	       health->last_try <= now && health->next_poll > now;
}
