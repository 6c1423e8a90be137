/* SPDX-License-Identifier: ISC */
#include "cmd/cmd.h"

#include <string.h>

#include "util/log.h"
#include "util/suggest.h"

#include "util/banned.h"

/* In the order in which a newcomer needs them. */
static const struct cmd *const table[] = {
	&cmd_fetch,   &cmd_check,   &cmd_daemon, &cmd_poll,  &cmd_status,
	&cmd_explain, &cmd_test,    &cmd_rules,	 &cmd_sort,  &cmd_why,
	&cmd_log,     &cmd_stats,   &cmd_undo,	 &cmd_state, &cmd_deliver,
	&cmd_show,    &cmd_version, &cmd_help,
};

const struct cmd *cmd_row(size_t i)
{
	return i < sizeof(table) / sizeof(table[0]) ? table[i] : NULL;
}

const struct cmd *cmd_find(const char *name)
{
	struct suggestion s = suggest_for(name);

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (strcmp(table[i]->name, name) == 0)
			return table[i];
		suggest_try(&s, table[i]->name);
	}
	if (s.best != NULL)
		log_error("there is no command '%s' — did you mean '%s'?", name,
			  s.best);
	else
		log_error("there is no command '%s'; see postroom help", name);
	return NULL;
}
