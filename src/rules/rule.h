/* SPDX-License-Identifier: ISC */
/*
 * Rules as they are built, in the order of the configuration file; see
 * ruleset.h for the set that they stand in.
 *
 *	struct rule *rule = ruleset_add(set, "Lists", file, line);
 *
 *	rule_begin_group(rule, GROUP_NONE, line);
 *	rule_add_condition(rule, "from", values, n, line, err);
 *	rule_end_group(rule);
 *	rule_add_action(rule, "folder", values, n, line, err);
 *	…
 *	rule_finish(rule, line, err);	// compiles the templates
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

/* A value of a condition or action, with the place where it stands. */
struct rule_value {
	const char *text;
	int line;
};

void rule_set_enabled(struct rule *rule, bool enabled);

/* A filter of this rule that fails makes the message wait. */
void rule_set_filter_must(struct rule *rule, bool must);

void rule_begin_group(struct rule *rule, enum group group, int line);
void rule_end_group(struct rule *rule);

/*
 * True when `key` is a condition; *text_out tells whether its values are text
 * (a list is "any of these"). Row i of the conditions' names, or NULL.
 */
bool rule_is_condition(const char *key, bool *text_out);
const char *rule_condition_name(size_t i);

/*
 * Add a condition line: any of the n values. On error -1 (ERR_CONFIG); for a
 * pattern *column_out is the offset in the value where it went wrong, and
 * *index_out the value, else *column_out is -1.
 */
int rule_add_condition(struct rule *rule, const char *key,
		       const struct rule_value *values, size_t n,
		       size_t *index_out, long *column_out, struct error *err);

/* Add an action line (not within a group). On error -1 (ERR_CONFIG). */
int rule_add_action(struct rule *rule, const char *key,
		    const struct rule_value *values, size_t n,
		    struct error *err);

/*
 * The rule is complete: check the templates against its captures. On error
 * -1 (ERR_CONFIG) with the line in *line_out; it may be called again to hear
 * of the next error: returns 0 when there are no more.
 */
int rule_finish(struct rule *rule, int *line_out, struct error *err);

#endif
