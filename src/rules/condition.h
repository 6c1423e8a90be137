/* SPDX-License-Identifier: ISC */
/*
 * A condition of a rule, compiled: a tagged union, where a group is a condition
 * that has conditions. Made by condition.c and group.c, evaluated by match.c.
 */
#ifndef RULES_CONDITION_H
#define RULES_CONDITION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/argv.h"
#include "rules/rule.h"
#include "rules/text.h"

/* How deep groups nest; each level is a call when a message is judged. */
#define RULE_DEPTH_MAX 1000

enum condition_kind {
	CONDITION_HEADER,     /* any value on any field of these names */
	CONDITION_RAW_HEADER, /* the texts: any value on these bytes */
	CONDITION_BODY,
	CONDITION_RAW_BODY,
	CONDITION_ATTACHMENT,
	CONDITION_ATTACHMENT_TYPE,
	CONDITION_ACCOUNT,
	CONDITION_TAGGED,
	CONDITION_LARGER, /* the numbers */
	CONDITION_SMALLER,
	CONDITION_OLDER,
	CONDITION_NEWER,
	CONDITION_DUPLICATE,
	CONDITION_TO_ME, /* yes or no */
	CONDITION_MAILING_LIST,
	CONDITION_AUTOMATIC,
	CONDITION_WEEKDAY,
	CONDITION_HOURS,
	CONDITION_COMMAND,
	CONDITION_GROUP,
};

/* `recipient` looks at the most. */
#define HEADER_NAMES_MAX 8

/* One value, and the fields it looks at, for HEADER. */
struct needle {
	unsigned names[HEADER_NAMES_MAX]; /* indices in ruleset.names */
	unsigned n_names;
	struct text text;
	char *written; /* as in the configuration */
};

/* What most messages are asked comes first, in one line of the cache. */
struct condition {
	enum condition_kind kind;
	enum group group;
	struct condition *members; /* GROUP */
	size_t n_members;
	struct needle *needles; /* the texts: any of them */
	size_t n_needles;
	uint64_t number;	    /* bytes or seconds */
	bool wanted;		    /* yes or no */
	unsigned days;		    /* WEEKDAY: bit 0 is Sunday */
	int from_minute, to_minute; /* HOURS: to may be before from */
	struct rule_argv argv;	    /* COMMAND */
	const char *name;	    /* the key, for explanations */
	char *written;		    /* its values, when they are no texts */
	int line;
};

/* group.c: a new member of the group that is open. */
struct condition *rule_new_condition(struct rule *rule);

void rule_release_condition(struct condition *c);

/* Compile the arguments of the conditions that are commands. */
int rule_finish_conditions(struct rule *rule, struct condition *c,
			   int *line_out, struct error *err);

#endif
