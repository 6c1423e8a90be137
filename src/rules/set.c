/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "rules/internal.h"
#include "rules/prefilter.h"
#include "rules/rule.h"
#include "util/ascii.h"
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

void rule_set_filter_must(struct rule *rule, bool must)
{
	rule->filter_must = must;
}

void ruleset_add_me(struct ruleset *set, const char *address)
{
	xgrow(&set->me, set->n_me, sizeof(*set->me));
	set->me[set->n_me++] = xstrdup(address);
}

bool ruleset_uses_duplicates(const struct ruleset *set)
{
	return set->duplicates;
}

bool ruleset_has_requests(const struct ruleset *set)
{
	return set->requests;
}

/* The group that is being filled: a walk down the open ones. */
static struct condition *innermost(struct rule *rule)
{
	struct condition *c = &rule->root;

	for (size_t i = 0; i < rule->depth && i < RULE_DEPTH_MAX; i++)
		c = &c->members[rule->open[i]];
	return c;
}

struct condition *rule_new_condition(struct rule *rule)
{
	struct condition *group = innermost(rule), *member;

	xgrow(&group->members, group->n_members, sizeof(*group->members));
	member = &group->members[group->n_members++];
	memset(member, 0, sizeof(*member));
	return member;
}

/* Captures inside `none` belong to matches that did not happen. */
static void find_none(struct rule *rule)
{
	const struct condition *c = &rule->root;

	rule->in_none = false;
	for (size_t i = 0; i < rule->depth && i < RULE_DEPTH_MAX; i++) {
		c = &c->members[rule->open[i]];
		rule->in_none |= c->group == GROUP_NONE;
	}
}

void rule_begin_group(struct rule *rule, enum group group, int line)
{
	if (rule->depth < RULE_DEPTH_MAX) {
		size_t place = innermost(rule)->n_members;
		struct condition *c = rule_new_condition(rule);

		c->kind = CONDITION_GROUP;
		c->group = group;
		c->line = line;
		if (rule->open == NULL)
			rule->open = xcalloc(RULE_DEPTH_MAX, sizeof(size_t));
		rule->open[rule->depth] = place;
	}
	rule->depth++;
	find_none(rule);
}

void rule_end_group(struct rule *rule)
{
	if (rule->depth > 0)
		rule->depth--;
	find_none(rule);
}

static char *lower_case(struct slice s)
{
	char *copy = xmemdup0(s.p, s.len);

	ascii_lower_bytes(copy, s.len);
	return copy;
}

static size_t bucket_of(struct slice name)
{
	uint32_t hash = 2166136261U; /* FNV-1a */

	for (size_t i = 0; i < name.len; i++)
		hash = (hash ^ (unsigned char)ascii_lower(name.p[i])) *
		       16777619U;
	return hash % NAME_BUCKETS;
}

size_t rule_find_name(const struct ruleset *set, struct slice name)
{
	size_t i = set->buckets[bucket_of(name)];

	while (i != 0 &&
	       !slice_equal_nocase(name, slice_str(set->names[i - 1])))
		i = set->chain[i - 1];
	return i == 0 ? set->n_names : i - 1;
}

/* Each name once in the set, so that a message is indexed by it once. */
unsigned rule_intern_name(struct ruleset *set, struct slice name)
{
	size_t i = rule_find_name(set, name), bucket = bucket_of(name);

	if (i < set->n_names)
		return (unsigned)i;
	xgrow(&set->names, set->n_names, sizeof(*set->names));
	xgrow(&set->chain, set->n_names, sizeof(*set->chain));
	set->names[i] = lower_case(name);
	set->chain[i] = set->buckets[bucket];
	set->buckets[bucket] = ++set->n_names;
	return (unsigned)i;
}

int rule_finish(struct rule *rule, int *line_out, struct error *err)
{
	if (!rule->tested) {
		rule->tested = true;
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
