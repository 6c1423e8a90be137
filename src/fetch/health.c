/* SPDX-License-Identifier: ISC */
#include "fetch/health.h"

#include <string.h>

#include "state/told.h"
#include "util/number.h"

#include "util/banned.h"

#define DAY_SECONDS ((int64_t)24 * 3600)

/* 2^10 times any interval exceeds all limits. */
#define DOUBLINGS_MAX 10

/* Is trouble of that kind serious enough to be told, or has it lasted? */
static bool is_due(const struct account_health *health, enum error_kind kind,
		   const struct health_policy *policy)
{
	/* An account that is being set up: its owner is waiting for news. */
	if (policy->watched || health->last_success == 0)
		return true;
	if (kind == ERR_TEMPORARY || kind == ERR_MESSAGE)
		return policy->now - health->failing_since >=
		       policy->complain_after;
	return true;
}

/* Does the refusal leave no doubt? */
static bool is_certain(const struct account_health *health,
		       const struct health_session *session)
{
	const char *text = session->trouble->text;

	return health->last_success == 0 || strstr(text, "[AUTH]") != NULL ||
	       strstr(text, "[SYS/PERM]") != NULL;
}

/* May this refusal, the first since a success, be taken for temporary? */
static bool excuse(struct account_health *health,
		   const struct health_session *session, int64_t now)
{
	if (!session->refused || health->refusals > 1 ||
	    is_certain(health, session))
		return false;
	if (now - health->excused_since >= DAY_SECONDS) {
		health->excused_since = now;
		health->excused = 0;
	}
	return health->excused++ < HEALTH_EXCUSED_MAX;
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
	if (health->excused_since > now)
		health->excused_since = 0;
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
		       enum error_kind kind, const struct health_policy *policy)
{
	int64_t every = number_max(policy->every, health->login_delay), wait;

	if (kind == ERR_NONE)
		wait = session->again ? health->login_delay : every;
	else if (kind == ERR_PERSON && session->refused)
		wait = number_max(
			every,
			doubled(HEALTH_REFUSED_MIN,
				health->refusals -
					(is_certain(health, session) ? 1 : 2),
				HEALTH_REFUSED_MAX));
	else
		wait = doubled(every, health->failures - 1,
			       number_max(every, HEALTH_WAIT_MAX));
	wait = number_max(wait, number_min(session->wait, HEALTH_REFUSED_MAX));
	return wait + wait * policy->jitter / 10000;
}

static enum error_kind note_trouble(struct account_health *health,
				    const struct health_session *session,
				    const struct health_policy *policy)
{
	enum error_kind kind = session->trouble->kind;

	if (health->failing_since == 0)
		health->failing_since = policy->now;
	health->failures++;
	health->refusals += session->refused;
	if (excuse(health, session, policy->now))
		kind = ERR_TEMPORARY;
	if (kind > health->kind)
		health->kind = kind;
	return kind;
}

struct health_outcome health_update(struct account_health *health,
				    const struct health_session *session,
				    const struct health_policy *policy)
{
	struct health_outcome out = {.kind = session->trouble->kind};

	forget_future(health, policy->now);
	health->last_try = policy->now;
	if (session->id != 0)
		health->last_session = session->id;
	if (out.kind == ERR_NONE) {
		health->last_success = policy->now;
		health->failing_since = 0;
		health->failures = 0;
		health->refusals = 0;
		health->kind = ERR_NONE;
	} else {
		out.kind = note_trouble(health, session, policy);
		out.tell = is_due(health, out.kind, policy);
	}
	health->next_poll =
		policy->now + wait_of(health, session, out.kind, policy);
	return out;
}

/* Was it told today? Not if nothing was, or if a person looks on. */
static int compare_with_told(struct state *s, int64_t account,
			     struct account_health *health,
			     const struct error *trouble,
			     const struct health_policy *policy,
			     struct health_outcome *out, struct error *err)
{
	struct error effective = *trouble;
	bool fresh;

	effective.kind = out->kind;
	if (state_tell_trouble(s, account, &effective, policy->now, &fresh,
			       err) == -1)
		return -1;
	out->tell = fresh || policy->watched ||
		    policy->now - health->complained >= TOLD_SECONDS;
	if (out->tell)
		health->complained = policy->now;
	return 0;
}

int health_record(struct state *s, int64_t account,
		  struct account_health *health,
		  const struct health_session *session,
		  const struct health_policy *policy,
		  struct health_outcome *out, struct error *err)
{
	const struct error *trouble = session->trouble;

	*out = health_update(health, session, policy);
	if (out->tell && compare_with_told(s, account, health, trouble, policy,
					   out, err) == -1)
		return -1;
	return state_set_health(
		s, account, health,
		trouble->kind == ERR_NONE ? NULL : trouble->text, err);
}

bool health_is_barred(const struct account_health *health, int64_t now)
{
	/* A time in the future, from a clock that was ahead, does not bar. */
	return health->kind == ERR_PERSON &&
	       health->refusals >= HEALTH_REFUSALS_MAX &&
	       health->last_try <= now && health->next_poll > now;
}
