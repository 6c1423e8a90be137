/* SPDX-License-Identifier: ISC */
/* Groups of conditions while a rule is read: the open ones are a stack. */
#include <string.h>

#include "rules/internal.h"
#include "util/xalloc.h"

#include "util/banned.h"

/*
 * The innermost open group. `open` has indices, not pointers, because members
 * move when their list grows.
 */
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

/* Inside `none` nothing has matched, so captures there have no value. */
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
