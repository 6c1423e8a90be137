/* SPDX-License-Identifier: ISC */
/* Sets of rules "r", for tests: a line for each condition and action. */
#ifndef TESTS_RULE_LINES_H
#define TESTS_RULE_LINES_H

#include <stdio.h>
#include <string.h>

#include "rules/rule.h"
#include "rules/ruleset.h"

/*
 * Lines: "key=value", "{any", "{all", "{none", "}", "off"; "--" begins a rule.
 */
static inline int add_rule_line(struct rule *rule, const char *line,
				struct error *err)
{
	const char *equals = strchr(line, '=');
	struct rule_value values[4];
	char copy[512], *p;
	size_t n = 0, index;
	long column;
	bool text;

	if (line[0] == '{') {
		rule_begin_group(rule,
				 line[2] == 'n'	  ? GROUP_ANY
				 : line[1] == 'a' ? GROUP_ALL
						  : GROUP_NONE,
				 1);
		return 0;
	}
	if (strcmp(line, "off") == 0) {
		rule_set_enabled(rule, false);
		return 0;
	}
	if (line[0] == '}') {
		rule_end_group(rule);
		return 0;
	}
	(void)snprintf(copy, sizeof(copy), "%s", line);
	copy[equals - line] = '\0';
	for (p = copy + (equals - line) + 1; p != NULL && n < 4;) {
		char *bar = strchr(p, '|');

		if (bar != NULL)
			*bar = '\0';
		values[n].text = p;
		values[n++].line = 1;
		p = bar == NULL ? NULL : bar + 1;
	}
	if (rule_is_condition(copy, &text))
		return rule_add_condition(rule, copy, values, n, &index,
					  &column, err);
	return rule_add_action(rule, copy, values, n, err);
}

/* NULL, with the error as text, when a line is wrong. */
static inline struct ruleset *build_rules(const char *const *lines, char *text,
					  size_t size)
{
	struct ruleset *set = ruleset_new();
	struct rule *rule = ruleset_add(set, "r", "f", 1);
	struct error err = ERROR_INIT;
	int line;

	for (size_t i = 0; lines[i] != NULL; i++) {
		if (strcmp(lines[i], "--") == 0) {
			if (rule_finish(rule, &line, &err) == -1)
				break;
			rule = ruleset_add(set, "r", "f", 1);
		} else if (add_rule_line(rule, lines[i], &err) == -1) {
			break;
		}
	}
	if (err.kind == ERR_NONE && rule_finish(rule, &line, &err) == 0)
		return set;
	(void)snprintf(text, size, "error: %s", err.text);
	ruleset_free(set);
	return NULL;
}

#endif
