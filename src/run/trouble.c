/* SPDX-License-Identifier: ISC */
#include "run/trouble.h"

#include <stdio.h>

#include "fetch/health.h"
#include "state/accounts.h"
#include "tell/hook.h"
#include "util/clock.h"
#include "util/environment.h"
#include "util/log.h"

#include "util/banned.h"

void troubles_add(struct troubles *t, const char *account, const char *text)
{
	struct trouble *trouble;

	if (t->n == TROUBLES_MAX)
		return;
	trouble = &t->list[t->n++];
	(void)snprintf(trouble->account, sizeof(trouble->account), "%s",
		       account);
	(void)snprintf(trouble->text, sizeof(trouble->text), "%s", text);
}

void trouble_of_crash(struct troubles *t, const struct config *config,
		      size_t account, int64_t id, int number, bool watched,
		      struct state *state)
{
	const struct account *a = &config->accounts[account];
	struct error trouble = ERROR_INIT, err = ERROR_INIT;
	const struct health_session session = {.trouble = &trouble};
	const struct health_policy policy = {
		.now = clock_calendar_s(),
		.complain_after = config->complain_after,
		.every = a->every,
		.watched = watched,
	};
	struct health_outcome outcome = {.tell = true};
	struct account_health health;

	(void)error_set(&trouble, ERR_LOCAL,
			"the fetcher was ended by signal %d; nothing is lost, "
			"the next one continues",
			number);
	if (state_get_health(state, id, &health, &err) == -1 ||
	    health_record(state, id, &health, &session, &policy, &outcome,
			  &err) == -1)
		log_error("%s: %s", a->name, err.text);
	if (!outcome.tell) {
		log_info("%s: %s", a->name, trouble.text);
		return;
	}
	log_error("%s: %s", a->name, trouble.text);
	troubles_add(t, a->name, trouble.text);
}

void trouble_notify(const struct config *config, const char *account,
		    const char *text)
{
	struct hook hook = {config->on_trouble, config->command_timeout};
	struct error err = ERROR_INIT;

	environment_pass(config->command_environment);
	if (hook_trouble(&hook, account, text, &err) == -1)
		log_error("%s", err.text);
}

void troubles_notify(const struct config *config, const struct troubles *t)
{
	for (size_t i = 0; i < t->n; i++)
		trouble_notify(config, t->list[i].account, t->list[i].text);
}
