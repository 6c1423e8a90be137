/* SPDX-License-Identifier: ISC */
/* A set of one rule, "one" at test.conf:3, for tests of what judges or plans.
 */
#ifndef TESTS_ONE_RULE_H
#define TESTS_ONE_RULE_H

#include <stdio.h>

#include "rules/rule.h"
#include "rules/ruleset.h"

/* If the header matches, file into the folder. Free it with ruleset_free(). */
static struct ruleset *make_rules(const char *header, const char *folder)
{
	struct ruleset *set = ruleset_new();
	struct rule *rule = ruleset_add(set, "one", "test.conf", 3);
	struct rule_value h = {header, 4}, f = {folder, 5};
	struct error err = ERROR_INIT;
	size_t index;
	long column;
	int line;

	if (rule_add_condition(rule, "header", &h, 1, &index, &column, &err) ||
	    rule_add_action(rule, "folder", &f, 1, &err) ||
	    rule_finish(rule, &line, &err))
		printf("# %s\n", err.text);
	return set;
}

#endif
