/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "mail/address.h"
#include "rules/internal.h"
#include "rules/list.h"
#include "rules/prefilter.h"
#include "util/xalloc.h"

#include "util/banned.h"

struct ruleset *ruleset_new(void)
{
	return xcalloc(1, sizeof(struct ruleset));
}

static void free_rule(struct rule *rule)
{
	rule_release_condition(&rule->root);
	for (size_t i = 0; i < rule->n_actions; i++)
		rule_release_action(&rule->actions[i]);
	free(rule->actions);
	free(rule->captures);
	free(rule->open);
	strings_free(rule->addresses);
	free(rule->name);
	free(rule->file);
	free(rule);
}

void ruleset_free(struct ruleset *set)
{
	if (set == NULL)
		return;
	for (size_t i = 0; i < set->n; i++)
		free_rule(set->rules[i]);
	for (size_t i = 0; i < set->n_names; i++)
		free(set->names[i]);
	for (size_t i = 0; i < set->n_me; i++)
		free(set->me[i]);
	free(set->me);
	free(set->rules);
	free(set->names);
	free(set->chain);
	prefilter_free(set->prefilter);
	free(set);
}

size_t ruleset_size(const struct ruleset *set)
{
	return set->n;
}

void ruleset_set_fallback(struct ruleset *set, const char *const *fallback)
{
	set->fallback = fallback;
}

struct rule *ruleset_add(struct ruleset *set, const char *name,
			 const char *file, int line)
{
	struct rule *rule = xcalloc(1, sizeof(*rule));

	rule->set = set;
	rule->name = xstrdup(name);
	rule->file = xstrdup(file);
	rule->line = line;
	rule->enabled = true;
	rule->root.kind = CONDITION_GROUP;
	rule->root.group = GROUP_ALL;
	xgrow(&set->rules, set->n, sizeof(*set->rules));
	set->rules[set->n++] = rule;
	return rule;
}

void rule_set_enabled(struct rule *rule, bool enabled)
{
	rule->enabled = enabled;
}

/* As the addresses of messages are compared; the caller frees it. */
static char *fold_address(const char *address)
{
	struct buf folded = BUF_INIT(ADDRESS_FOLD_MAX(strlen(address)));

	address_fold(list_bare_address(slice_str(address)), &folded);
	return buf_detach(&folded);
}

bool ruleset_may_be_me(const char *address)
{
	struct slice s = list_bare_address(slice_str(address));

	if (s.len == 0)
		return false;
	if (list_is_address(s))
		return s.p[0] != '@' && s.p[s.len - 1] != '.';
	for (size_t i = 0; i < s.len; i++)
		if (strchr(" \t<>@,;:", s.p[i]) != NULL)
			return false;
	return true;
}

void rule_set_vacation(struct rule *rule, int days, char *const *addresses)
{
	rule->days = days;
	strings_free(rule->addresses);
	rule->addresses = NULL;
	for (size_t i = 0; addresses != NULL && addresses[i] != NULL; i++) {
		char *address = fold_address(addresses[i]);

		strings_add(&rule->addresses, address);
		free(address);
	}
}

void rule_set_filter_must(struct rule *rule, bool must)
{
	rule->filter_must = must;
}

bool ruleset_has_me(const struct ruleset *set)
{
	return set->n_me > 0;
}

void ruleset_add_me(struct ruleset *set, const char *address)
{
	xgrow(&set->me, set->n_me, sizeof(*set->me));
	set->me[set->n_me++] = fold_address(address);
}

bool ruleset_uses_duplicates(const struct ruleset *set)
{
	return set->duplicates;
}

bool ruleset_has_requests(const struct ruleset *set)
{
	return set->requests;
}

int rule_finish(struct rule *rule, int *line_out, struct error *err)
{
	if (!rule->conditions_finished) {
		rule->conditions_finished = true;
		if (rule_finish_conditions(rule, &rule->root, line_out, err) ==
		    -1)
			return -1;
	}
	while (rule->n_finished < rule->n_actions) {
		struct rule_action *action = &rule->actions[rule->n_finished++];

		if (rule_finish_action(rule, action, err) == 0)
			continue;
		*line_out = action->line;
		return -1;
	}
	return 0;
}

void ruleset_finish(struct ruleset *set)
{
	prefilter_free(set->prefilter);
	set->prefilter =
		set->n < PREFILTER_RULES_MIN ? NULL : prefilter_new(set);
}

static const struct rule *rule_at(const struct ruleset *set, unsigned i)
{
	return i < set->n ? set->rules[i] : NULL;
}

const char *ruleset_rule_name(const struct ruleset *set, unsigned i)
{
	const struct rule *rule = rule_at(set, i);

	return rule == NULL ? "" : rule->name;
}

const char *ruleset_rule_file(const struct ruleset *set, unsigned i)
{
	const struct rule *rule = rule_at(set, i);

	return rule == NULL ? "" : rule->file;
}

int ruleset_rule_line(const struct ruleset *set, unsigned i)
{
	const struct rule *rule = rule_at(set, i);

	return rule == NULL ? 0 : rule->line;
}

bool ruleset_rule_enabled(const struct ruleset *set, unsigned i)
{
	const struct rule *rule = rule_at(set, i);

	return rule != NULL && rule->enabled;
}
