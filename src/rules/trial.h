/* SPDX-License-Identifier: ISC */
/*
 * One message before the rules: what judge.c, match.c, apply.c and command.c
 * share, and nobody else sees.
 */
#ifndef RULES_TRIAL_H
#define RULES_TRIAL_H

#include "mail/mime.h"
#include "mail/tags.h"
#include "rules/internal.h"
#include "rules/judge.h"

/* "No field" in the chains of fields. */
#define NO_FIELD ((size_t)-1)

/* What `explain` tells of one rule, and what matched last. */
#define TRIAL_WHY_MAX	  (64 * 1024)
#define TRIAL_MATCHED_MAX 1024

/* The value of a header field, as a rule makes it or a command gets it. */
#define TRIAL_VALUE_MAX ((size_t)64 * 1024)

struct trial {
	const struct ruleset *set;
	struct rule_input *input;
	struct verdict *verdict;
	/* The fields that rules look at, chained by their interned names. */
	size_t *first; /* by name: index of the first field, or NO_FIELD */
	size_t *next;  /* by field: the next one of that name, or NO_FIELD */
	uint64_t *candidates; /* rules that can apply; NULL: all of them */
	/* The state of the message: a source, and perhaps another header. */
	unsigned source, n_sources;
	uint64_t header_size;	  /* of the source's own header */
	struct buf header, spare; /* the edited header is in `header` */
	bool edited;
	bool recorded; /* the last of the verdict's contents is this state */
	struct mime_view view;
	bool viewed;
	struct tags tags;
	struct buf joined_tags; /* of trial_tags() */
	/* The rule that is looked at, and what its patterns captured. */
	const struct rule *rule;
	unsigned index;
	struct slice *values; /* of the rule's named captures */
	struct slice groups[REGEX_GROUPS_MAX + 1];
	struct slice captures[REGEX_GROUPS_MAX + 1]; /* of one search */
	size_t n_groups;
	char **kept; /* bytes of captures whose message has changed */
	size_t n_kept;
	struct buf why, matched;
	struct error err;
};

/* From `set`, `input` and `verdict`; to be ended. */
void trial_begin(struct trial *t);
void trial_end(struct trial *t);

/* The message has another header: chain its fields anew. */
void trial_index(struct trial *t);

/* Copy what was captured, before the message it is a view of goes away. */
void trial_keep_captures(struct trial *t);

/* The values of templates; the tags among them until they change. */
struct template_values trial_values(struct trial *t);

/* Append a value for a person, a field or a command: NULs become blanks. */
void trial_expand(struct trial *t, const struct template *template,
		  struct buf *out);

/* The tags so far, blank-separated; valid until the next call. */
const char *trial_tags(struct trial *t);

/* The verdict becomes undecided because of t->err. Returns false. */
bool trial_fail(struct trial *t);

/* The state of the message as it is now, for a command. */
void trial_content(const struct trial *t, struct content *out);

/*
 * The index among the verdict's contents of the state as it is now. False,
 * and the verdict undecided, when there are too many.
 */
bool trial_record(struct trial *t, unsigned *index_out);

/*
 * command.c. Allocated arguments and environment of a command; false, with
 * t->err, when they are too long.
 */
bool trial_argv(struct trial *t, const struct rule_argv *argv, char ***out);
char **trial_environment(struct trial *t);

/*
 * why.c: what was found, for people. `seen` is the text that was looked at;
 * p == NULL: none. And an action that is done at once, so that the verdict
 * does not have it.
 */
void why_condition(struct trial *t, const struct condition *c, enum match match,
		   struct slice seen);
void why_action(struct trial *t, const struct rule_action *action,
		const char *text);

/* match.c: does the condition hold? On MATCH_ERROR t->err says why not. */
enum match match_condition(struct trial *t, const struct condition *c);

/* apply.c: all actions of the rule. Returns whether the journey ends. */
bool apply_rule(struct trial *t);

#endif
