/* SPDX-License-Identifier: ISC */
/* Compiled rules and their set; only files of this folder see them. */
#ifndef RULES_INTERNAL_H
#define RULES_INTERNAL_H

#include "rules/action_type.h"
#include "rules/condition.h"
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

/* action.c */
void rule_release_action(struct rule_action *action);
int rule_finish_action(const struct rule *rule, struct rule_action *action,
		       struct error *err);

#endif
