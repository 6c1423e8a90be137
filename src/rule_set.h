/* SPDX-License-Identifier: ISC */
/*
 * The compiled form of rules: made by rule.c, evaluated by rule_judge.c, seen
 * by nobody else. A condition is a tagged union, and a group is a condition
 * that has conditions.
 */
#ifndef RULE_SET_H
#define RULE_SET_H

#include "rule.h"
#include "template.h"
#include "text.h"

enum condition_kind {
	CONDITION_HEADER, /* any value on any field of these names */
	CONDITION_ACCOUNT,
	CONDITION_LARGER,
	CONDITION_SMALLER,
	CONDITION_GROUP,
};

/* One value, and the fields it looks at: [first, first + n) of the names. */
struct header_test {
	struct text text;
	unsigned *names; /* indices in ruleset.names */
	size_t n_names;
};

struct condition {
	enum condition_kind kind;
	int line;
	struct header_test *tests; /* HEADER and ACCOUNT: any of them */
	size_t n_tests;
	uint64_t size; /* LARGER and SMALLER */
	enum group group;
	struct condition *members; /* GROUP */
	size_t n_members;
};

struct rule_action {
	const struct action_type *type;
	char *text; /* as written, until the template is compiled */
	struct template *template;
	unsigned flags;
	int line;
};

struct rule {
	struct ruleset *set;
	char *name;
	char *file;
	int line;
	bool enabled;
	struct condition root; /* GROUP_ALL */
	struct rule_action *actions;
	size_t n_actions;
	size_t n_finished;	/* actions whose templates are compiled */
	unsigned flags;		/* of all its marks */
	struct slice *captures; /* names of groups that templates can use */
	size_t n_captures;
	size_t n_groups; /* of the last pattern that has any */
	/* While it is built: the groups that are open, the innermost last. */
	size_t open[100];
	size_t depth;
	bool in_none;
};

struct ruleset {
	struct rule **rules;
	size_t n;
	char **names; /* of header fields that are looked at, lower case */
	size_t n_names;
	const char *const *fallback;
};

#endif
