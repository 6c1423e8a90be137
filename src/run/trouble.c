/* SPDX-License-Identifier: ISC */
#include "run/trouble.h"

#include <stdio.h>

#include "tell/hook.h"
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

void trouble_notify(const struct config *config, const char *account,
		    const char *text)
{
	struct hook hook = {config->on_trouble, config->command_timeout};
	struct error err = ERROR_INIT;

	if (hook_trouble(&hook, account, text, &err) == -1)
		log_error("%s", err.text);
}
