/* SPDX-License-Identifier: ISC */
/*
 * A compiled condition: a tagged union. A group is a condition that has
 * conditions. Made by condition.c and group.c, evaluated by match.c.
 */
#ifndef RULES_CONDITION_H
#define RULES_CONDITION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/argv.h"
#include "rules/rule.h"
#include "rules/text.h"

/* Levels of groups; match.c calls itself once for each. */
#define RULE_DEPTH_MAX 1000

enum condition_kind {
	CONDITION_HEADER,     /* any needle in any of its fields */
	CONDITION_SENDER,     /* of the envelope */
	CONDITION_RAW_HEADER, /* this to TAGGED: any needle in these bytes */
	CONDITION_BODY,
	CONDITION_RAW_BODY,
	CONDITION_ATTACHMENT,
	CONDITION_ATTACHMENT_TYPE,
	CONDITION_LINK,
	CONDITION_ACCOUNT,
	CONDITION_SERVER_FOLDER,
	CONDITION_TAGGED,
	CONDITION_LARGER, /* this to NEWER: compare a number */
	CONDITION_SMALLER,
	CONDITION_OLDER,
	CONDITION_NEWER,
	CONDITION_DUPLICATE,
	CONDITION_TO_ME, /* this to AUTOMATIC: yes or no */
	CONDITION_MAILING_LIST,
	CONDITION_AUTOMATIC,
	CONDITION_MISLEADING_LINK,
	CONDITION_WEEKDAY,
	CONDITION_HOURS,
	CONDITION_COMMAND,
	CONDITION_GROUP,
};

/* `recipient` has the most fields: eighteen. */
#define HEADER_NAMES_MAX 18

/* A value of a condition; for HEADER, with the fields to look in. */
struct needle {
	unsigned names[HEADER_NAMES_MAX]; /* indices in ruleset.names */
	unsigned n_names;
	struct text text;
	char *written; /* as in the configuration */
};

/* The members that most messages need come first, in one cache line. */
struct condition {
	enum condition_kind kind;
	enum group group;
	struct condition *members; /* GROUP */
	size_t n_members;
	struct needle *needles; /* any of them matches */
	size_t n_needles;
	uint64_t number;	    /* bytes or seconds */
	bool wanted;		    /* yes or no */
	unsigned days;		    /* WEEKDAY: bit 0 is Sunday */
	int from_minute, to_minute; /* HOURS: to may be before from */
	struct rule_argv argv;	    /* COMMAND */
	const char *name;	    /* the key, for explanations */
	char *written;		    /* its values, when it has no needles */
	int line;
};

/* group.c: add an empty member to the innermost open group. */
struct condition *rule_new_condition(struct rule *rule);

void rule_release_condition(struct condition *c);

/* Compile the arguments of all commands below `c`. */
int rule_finish_conditions(struct rule *rule, struct condition *c,
			   int *line_out, struct error *err);

#endif
