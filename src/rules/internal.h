/* SPDX-License-Identifier: ISC */
/*
 * The compiled form of rules: made by group.c, condition.c and
 * action.c, evaluated by match.c and apply.c, seen by nobody else. A condition
 * is a tagged union, and a group is a condition that has conditions.
 */
#ifndef RULES_INTERNAL_H
#define RULES_INTERNAL_H

#include "rules/rule.h"
#include "rules/template.h"
#include "rules/text.h"

/* How deep groups nest; each level is a call when a message is judged. */
#define RULE_DEPTH_MAX 1000

/* Names of header fields are looked up for each field of each message. */
#define NAME_BUCKETS 256

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
struct header_test {
	unsigned names[HEADER_NAMES_MAX]; /* indices in ruleset.names */
	unsigned n_names;
	struct text text;
	char *written; /* as in the configuration */
};

/* An argument of a command is a template. */
struct rule_argv {
	char **words; /* until the templates are compiled; NULL-terminated */
	struct template **templates;
	size_t n;
};

/* What most messages are asked comes first, in one line of the cache. */
struct condition {
	enum condition_kind kind;
	enum group group;
	struct condition *members; /* GROUP */
	size_t n_members;
	struct header_test *tests; /* the texts: any of them */
	size_t n_tests;
	uint64_t number;	    /* bytes or seconds */
	bool wanted;		    /* yes or no */
	unsigned days;		    /* WEEKDAY: bit 0 is Sunday */
	int from_minute, to_minute; /* HOURS: to may be before from */
	struct rule_argv argv;	    /* COMMAND */
	const char *name;	    /* the key, for explanations */
	char *written;		    /* its values, when they are no texts */
	int line;
};

struct rule_action {
	const struct action_type *type;
	char *text; /* as written, until the template is compiled */
	struct template *template;
	char *name; /* of a header field */
	unsigned flags;
	int64_t seconds;       /* HOLD */
	struct rule_argv argv; /* FILTER and PIPE */
	char **addresses;      /* FORWARD; NULL-terminated */
	int line;
};

struct rule {
	struct condition root; /* GROUP_ALL */
	bool enabled;
	bool filter_must;
	int line;
	struct ruleset *set;
	char *name;
	char *file;
	struct rule_action *actions;
	size_t n_actions;
	size_t n_finished;	/* actions whose templates are compiled */
	bool tested;		/* the templates of conditions, too */
	unsigned flags;		/* of all its marks */
	struct slice *captures; /* names of groups that templates can use */
	size_t n_captures;
	size_t n_groups; /* of the last pattern that has any */
	/* While it is built: the groups that are open, the innermost last. */
	size_t *open; /* RULE_DEPTH_MAX; NULL before the first */
	size_t depth;
	bool in_none;
};

struct ruleset {
	struct rule **rules;
	size_t n;
	char **names; /* of header fields that are looked at, lower case */
	size_t n_names;
	size_t buckets[NAME_BUCKETS]; /* 1 + the first of a chain; 0: none */
	size_t *chain;		      /* by name: 1 + the next one */
	char **me;		      /* our addresses */
	size_t n_me;
	bool duplicates; /* some rule asks for them */
	bool requests;	 /* some rule asks the judge's host; see request.h */
	size_t most_captures;	     /* of one rule */
	struct prefilter *prefilter; /* NULL: look at all rules */
	const char *const *fallback;
};

/* group.c: a new member of the group that is open. */
struct condition *rule_new_condition(struct rule *rule);

/* names.c: the index of a name in the set, where it is added when new. */
unsigned rule_intern_name(struct ruleset *set, struct slice name);

/* The index of a name in any case; n_names when nobody looks at it. */
size_t rule_find_name(const struct ruleset *set, struct slice name);

/* argv.c: a copy of the texts, NULL-terminated; what templates can name. */
char **rule_copy_values(const struct rule_value *values, size_t n);
struct template_names rule_template_names(const struct rule *rule);

/* Commands: cut one value into words, or take several as they are. */
int rule_init_argv(struct rule_argv *argv, const struct rule_value *values,
		   size_t n, struct error *err);
int rule_finish_argv(const struct rule *rule, struct rule_argv *argv,
		     struct error *err);
void rule_release_argv(struct rule_argv *argv);

/* condition.c */
void rule_release_condition(struct condition *c);

/* Compile the arguments of the conditions that are commands. */
int rule_finish_conditions(struct rule *rule, struct condition *c,
			   int *line_out, struct error *err);

/* action.c */
void rule_release_action(struct rule_action *action);
int rule_finish_action(const struct rule *rule, struct rule_action *action,
		       struct error *err);

#endif
