/* SPDX-License-Identifier: ISC */
/* Compiled rules and their set; only files of this folder see them. */
#ifndef RULES_INTERNAL_H
#define RULES_INTERNAL_H

#include "rules/action_type.h"
#include "rules/condition.h"
#include "rules/file.h"
#include "rules/request.h"
#include "rules/rule.h"
#include "rules/ruleset.h"
#include "rules/verdict.h"

/* Buckets of the hash table of field names; a set has some tens of names. */
#define NAME_BUCKETS 256

struct rule_action {
	const struct action_type *type;
	char *text; /* as written, until the template is compiled */
	struct template *template;
	char *name; /* of a header field */
	unsigned flags;
	int64_t seconds;       /* HOLD */
	struct rule_argv argv; /* FILTER and PIPE */
	char **addresses;      /* FORWARD; NULL-terminated */
	struct rule_file file; /* of VACATION; path NULL: the text is here */
	int line;
};

struct rule {
	struct condition root; /* GROUP_ALL */
	bool enabled;
	bool filter_must;
	int days;	  /* VACATION: between two answers to one sender */
	char **addresses; /* VACATION: more of our own; or NULL */
	int line;
	struct ruleset *set;
	char *name;
	char *file;
	struct rule_action *actions;
	size_t n_actions;
	size_t n_finished;	  /* actions whose templates are compiled */
	bool conditions_finished; /* rule_finish() has seen them */
	unsigned flags;		  /* of all its marks */
	struct slice *captures;	  /* names of groups that templates can use */
	size_t n_captures;
	size_t n_groups; /* of the last pattern that has any */
	/* While it is built: open groups, as indices in their parents. */
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

/* names.c: the index of a name in the set; a new name is added. */
unsigned rule_intern_name(struct ruleset *set, struct slice name);

/* The index of a name, in any case; n_names when no rule uses it. */
size_t rule_find_name(const struct ruleset *set, struct slice name);

/* The directory of the file that has the rule. Allocated. */
char *rule_directory(const struct rule *rule);

/*
 * vacation.c: an answer is words for the sorter. [0] is the text, and those
 * from [1] on depend on nothing but the configuration: days, the digest of the
 * text as it was written, and our addresses. Allocated, without [0].
 */
int rule_init_vacation(const struct rule *rule, struct rule_action *action,
		       const char *value, struct error *err);
int rule_load_vacation(struct rule_action *action, struct error *err);
char **rule_vacation_words(const struct rule *rule,
			   const struct rule_action *action);

/* command.c: are they what the judge gives to a command of the rule? */
bool rule_makes_environment(const struct rule *rule, char *const *variables);

/* action.c */
void rule_release_action(struct rule_action *action);
int rule_finish_action(const struct rule *rule, struct rule_action *action,
		       struct error *err);

/* Are the rules behind this one skipped when it applies? */
bool rule_ends(const struct rule *rule);

#endif
