/* SPDX-License-Identifier: ISC */
/*
 * The judgement of one message: state that judge.c, match.c, apply.c, command.c
 * and why.c share.
 */
#ifndef RULES_TRIAL_H
#define RULES_TRIAL_H

#include "mail/tags.h"
#include "rules/internal.h"
#include "rules/judge.h"
#include "rules/view.h"

/* "No field" in the chains of fields. */
#define NO_FIELD ((size_t)-1)

/* Bytes of the explanation of one rule. */
#define TRIAL_WHY_MAX (64 * 1024)

/* Bytes of a header field's value that a rule makes or a command gets. */
#define TRIAL_VALUE_MAX ((size_t)64 * 1024)

struct trial {
	const struct ruleset *set;
	struct rule_input *input;
	struct verdict *verdict;
	/* The fields that rules use, chained by their interned names. */
	size_t *first; /* by name: index of the first field, or NO_FIELD */
	size_t *next;  /* by field: the next one of that name, or NO_FIELD */
	uint64_t *candidates; /* rules that can apply; NULL: all of them */
	/* The message as it is now: a source, and perhaps another header. */
	unsigned source, n_sources;
	uint64_t header_size;	  /* of the source's own header */
	struct buf header, spare; /* the edited header is in `header` */
	bool edited;
	bool recorded; /* it is the last of the verdict's contents */
	struct view view;
	int64_t date; /* of its Date: or of its arrival, if it is dated */
	bool is_dated;
	struct tags tags, removed; /* by `untag`, and not set since */
	struct buf joined_tags;	   /* of trial_tags() */
	/* The rule at work, and the captures of its patterns. */
	const struct rule *rule;
	unsigned index;
	struct slice *values; /* of the rule's named captures */
	struct slice groups[REGEX_GROUPS_MAX + 1];
	struct slice captures[REGEX_GROUPS_MAX + 1]; /* of one search */
	size_t n_groups;
	char **kept; /* captures of a message that has changed since */
	size_t n_kept;
	struct buf why, matched;
	struct error err;
};

/* The caller has set `set`, `input` and `verdict`, and calls trial_end(). */
void trial_begin(struct trial *t);
void trial_end(struct trial *t);

/* The header has changed: chain its fields again. */
void trial_index(struct trial *t);

/* Copy the captures, which are views into a message that will be replaced. */
void trial_keep_captures(struct trial *t);

/* The values of templates; valid until the tags change. */
struct template_values trial_values(struct trial *t);

/* Append the expanded template; NULs become blanks. */
void trial_expand(struct trial *t, const struct template *template,
		  struct buf *out);

/* The tags so far, blank-separated; valid until the next call. */
const char *trial_tags(struct trial *t);

/* Set the verdict to undecided, with t->err as the reason. Returns false. */
bool trial_fail(struct trial *t);

/* The message as it is now, for a command. */
void trial_content(const struct trial *t, struct content *out);

/*
 * Add the message as it is now to the verdict's contents, unless it is there,
 * and return its index. False, and the verdict undecided, when there are too
 * many.
 */
bool trial_record(struct trial *t, unsigned *index_out);

/*
 * command.c: the arguments and the environment of a command, allocated. False,
 * with t->err, when an argument is too long; safe: or would be an option.
 */
bool trial_argv(struct trial *t, const struct rule_argv *argv, char ***out);
bool trial_safe_argv(struct trial *t, const struct rule_argv *argv,
		     char ***out);
char **trial_environment(struct trial *t);

/*
 * why.c: explain a condition; `seen` is the text that it looked at, p NULL:
 * none; `in_part`: it could not look at all of it. And explain an action that
 * the judge applied itself, since the verdict does not have it.
 */
void why_condition(struct trial *t, const struct condition *c, enum match match,
		   struct slice seen, bool in_part);
void why_action(struct trial *t, const struct rule_action *action,
		const char *text);

/* match.c: does the condition hold? On MATCH_ERROR t->err has the reason. */
enum match match_condition(struct trial *t, const struct condition *c);

/* apply.c: all actions of the rule. True when they end the judgement. */
bool apply_rule(struct trial *t);

#endif
