/* SPDX-License-Identifier: ISC */
/* A rule compared with the answer of the judge. */
#ifndef RULES_ALLOW_FIT_H
#define RULES_ALLOW_FIT_H

#include "rules/allow.h"
#include "rules/internal.h"

/* A place in the rules: before this action. */
struct place {
	size_t rule, action;
};

/* Names of header fields, each once; borrowed from the rules. */
struct field_names {
	const char **names;
	size_t n;
};

struct allowance {
	const struct ruleset *set;
	struct allowance_terms terms;
	size_t end;	    /* rules from here on are not asked, */
	size_t over;	    /* and these ask nothing any more */
	struct place next;  /* requests come in the order of the rules */
	size_t condition;   /* likewise, within next.rule */
	struct place asked; /* the filter that runs now */
	struct place sources[SOURCES_MAX]; /* the filters that made them */
	unsigned n_sources;
	bool postponed; /* the last reply said so */
	bool has_key;
	unsigned char key[HASH_SIZE]; /* of the first request that has one */
	/* Fields that rules before `named` name, since the last source. */
	struct place named;
	struct field_names fields;
};

bool allow_argv(const struct rule_argv *argv, char *const *words);

/* Is it this action of the rule? Its content, flags and tags are not seen. */
bool allow_effect(const struct rule *rule, const struct rule_action *mine,
		  const struct template_source *source,
		  const struct verdict_action *action);

/* Are they tags of these actions, in their order? */
bool allow_tags(const struct rule_action *const *actions, size_t n,
		const char *tags);

bool place_is_before(struct place a, struct place b);

void field_names_add(struct field_names *f, const char *name);

/* Tell the content that it may differ in these. */
void field_names_give(const struct field_names *f, struct content *content);

#endif
