/* SPDX-License-Identifier: ISC */
/*
 * How rules are built, in the order of the configuration file. ruleset.h has
 * the set of them.
 *
 *	struct rule *rule = ruleset_add(set, "Lists", file, line);
 *
 *	rule_begin_group(rule, GROUP_NONE, line);
 *	rule_add_condition(rule, "from", values, n, &index, &column, err);
 *	rule_end_group(rule);
 *	rule_add_action(rule, "folder", values, n, err);
 *	…
 *	rule_finish(rule, &line, err);	// compiles the templates
 */
#ifndef RULES_RULE_H
#define RULES_RULE_H

#include <stdbool.h>
#include <stddef.h>

#include "util/error.h"

struct rule;

enum group {
	GROUP_ALL,
	GROUP_ANY,
	GROUP_NONE,
};

/* A value of a condition or action, with its line in the file. */
struct rule_value {
	const char *text;
	int line;
};

void rule_set_enabled(struct rule *rule, bool enabled);

/* When a filter of this rule fails, the message waits. */
void rule_set_filter_must(struct rule *rule, bool must);

/*
 * For `vacation`: at most one answer to a sender in so many days, and more of
 * our own addresses (NULL-terminated or NULL), copied.
 */
void rule_set_vacation(struct rule *rule, int days, char *const *addresses);

void rule_begin_group(struct rule *rule, enum group group, int line);
void rule_end_group(struct rule *rule);

/*
 * Is `key` a condition? *text_out: are its values texts, of which any may
 * match? And the name of condition i, or NULL past the last.
 */
bool rule_is_condition(const char *key, bool *text_out);
const char *rule_condition_name(size_t i);

/*
 * Add a condition line, which holds when any of the n values does. On error -1
 * (ERR_CONFIG). *index_out is the value that is wrong; *column_out is the
 * offset of the error in a pattern, -1 for all other errors.
 */
int rule_add_condition(struct rule *rule, const char *key,
		       const struct rule_value *values, size_t n,
		       size_t *index_out, long *column_out, struct error *err);

/* Add an action line, outside all groups. On error -1 (ERR_CONFIG). */
int rule_add_action(struct rule *rule, const char *key,
		    const struct rule_value *values, size_t n,
		    struct error *err);

/*
 * Complete the rule: compile its templates with its captures. On error -1
 * (ERR_CONFIG) with the line in *line_out. Call it again for the next error; 0
 * means no more errors.
 */
int rule_finish(struct rule *rule, int *line_out, struct error *err);

#endif
