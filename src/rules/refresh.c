/* SPDX-License-Identifier: ISC */
/* Read lists and texts in files again when the files have changed. */
#include <stdlib.h>

#include "rules/internal.h"

#include "util/banned.h"

static size_t refresh_condition(struct condition *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n_needles; i++)
		n += c->kind != CONDITION_TO_ME &&
		     text_refresh(&c->needles[i].text);
	for (size_t i = 0; i < c->n_members; i++)
		n += refresh_condition(&c->members[i]);
	return n;
}

/* A text that is wrong is not read again until it changes. */
static bool refresh_vacation(const struct rule *rule,
			     struct rule_action *action)
{
	struct rule_action next = {.type = action->type, .file = action->file};
	struct error ignored = ERROR_INIT;
	bool good;

	if (action->file.path == NULL || !rule_file_changed(&action->file))
		return false;
	good = rule_load_vacation(&next, &ignored) == 0 &&
	       rule_finish_action(rule, &next, &ignored) == 0;
	action->file.stat = next.file.stat;
	if (good) {
		free(action->text);
		template_free(action->template);
		action->text = next.text;
		action->template = next.template;
	} else {
		free(next.text);
	}
	return good;
}

static size_t refresh_actions(struct rule *rule)
{
	size_t n = 0;

	for (size_t i = 0; i < rule->n_actions; i++)
		n += refresh_vacation(rule, &rule->actions[i]);
	return n;
}

size_t ruleset_refresh(struct ruleset *set)
{
	size_t n = 0;

	for (size_t i = 0; i < set->n; i++)
		n += refresh_condition(&set->rules[i]->root) +
		     refresh_actions(set->rules[i]);
	return n;
}
