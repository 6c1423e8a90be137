/* SPDX-License-Identifier: ISC */
#include "health.h"

#include "util/banned.h"

/* The same trouble is said again after a day. */
#define REPEAT_SECONDS (24 * 3600)

static bool should_complain(const struct account_health *health,
			    const struct health_policy *policy)
{
	if (policy->watched)
		return true;
	/* Who is setting up an account must hear of every attempt. */
	if (health->last_success == 0)
		return true;
	if (health->complained != 0 &&
	    policy->now - health->complained < REPEAT_SECONDS)
		return false;
	if (health->kind == ERR_TEMPORARY || health->kind == ERR_MESSAGE)
		return policy->now - health->failing_since >=
		       policy->complain_after;
	return true;
}

bool health_update(struct account_health *health, const struct error *trouble,
		   int64_t session, const struct health_policy *policy)
{
	if (session != 0)
		health->last_session = session;
	if (trouble->kind == ERR_NONE) {
		health->last_success = policy->now;
		health->failing_since = 0;
		health->complained = 0;
		health->kind = ERR_NONE;
		return false;
	}
	if (health->failing_since == 0)
		health->failing_since = policy->now;
	/* Another kind of trouble is news. */
	if (health->kind != trouble->kind)
		health->complained = 0;
	health->kind = trouble->kind;
	if (!should_complain(health, policy))
		return false;
	health->complained = policy->now;
	return true;
}
