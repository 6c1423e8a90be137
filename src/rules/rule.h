/* SPDX-License-Identifier: ISC */
/*
 * Rules × message → verdict. Pure computation: nothing here does anything to
 * a message, it only says what is to be done, as data.
 *
 * Building, in the order of the file (config.c does this):
 *
 *	struct ruleset *set = ruleset_new();
 *	struct rule *rule = ruleset_add(set, "Lists", file, line);
 *
 *	rule_begin_group(rule, GROUP_NONE, line);
 *	rule_add_condition(rule, "from", values, n, line, err);
 *	rule_end_group(rule);
 *	rule_add_action(rule, "folder", values, n, line, err);
 *	…
 *	rule_finish(rule, line, err);	// compiles the templates
 *
 * Judging:
 *
 *	struct verdict verdict;
 *
 *	verdict_init(&verdict);
 *	ruleset_judge(set, &input, &verdict);
 *
 * A condition that cannot be evaluated (a pattern that exceeds its limits, a
 * folder name that cannot be tamed) is never "no match": the verdict becomes
 * `undecided` with the reason, and the message goes to the fallback folder.
 */
#ifndef RULES_RULE_H
#define RULES_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "mail/message.h"
#include "rules/action_type.h"
#include "rules/regex.h"
#include "rules/request.h"
#include "rules/verdict.h"
#include "util/error.h"

struct ruleset;
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

struct ruleset *ruleset_new(void);
void ruleset_free(struct ruleset *set);
size_t ruleset_size(const struct ruleset *set);

/* Borrow; NULL-terminated list for raw 8-bit headers. */
void ruleset_set_fallback(struct ruleset *set, const char *const *fallback);

/* A new rule at the end. `name` and `file` are copied. */
struct rule *ruleset_add(struct ruleset *set, const char *name,
			 const char *file, int line);
void rule_set_enabled(struct rule *rule, bool enabled);

/* A filter of this rule that fails makes the message wait. */
void rule_set_filter_must(struct rule *rule, bool must);

/* One of our own addresses, for `to-me`. Copied. */
void ruleset_add_me(struct ruleset *set, const char *address);

/* Does any rule ask for duplicates? Then verdicts have a key. */
bool ruleset_uses_duplicates(const struct ruleset *set);

/* Can any rule make a request while it judges? */
bool ruleset_has_requests(const struct ruleset *set);

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

/*
 * All rules are there, and none will be added: prepare to find those that can
 * apply to a message. Not needed, but many rules are slow without.
 */
void ruleset_finish(struct ruleset *set);

/*
 * What the rules cannot do by themselves. ask() waits for the parent; when a
 * FILTER is answered with YES, the message of the input has been replaced by
 * the new one, and its size. bytes() is the whole message, header as it came;
 * very large ones are cut.
 */
struct rule_host {
	void *context;
	struct slice (*bytes)(void *context);
	void (*ask)(void *context, const struct request *request,
		    struct reply *reply);
};

struct rule_input {
	struct message *message; /* replaced by message_init() of new bytes */
	const char *account;
	uint64_t size;
	time_t now;
	time_t received; /* when we got it */
	bool explain;	 /* trace every rule in the verdict */
	bool measure;	 /* or those that are looked at, with what they take */
	const struct rule_host *host;
};

/* Name, file and line of rule i; "" and 0 when there is no such rule. */
const char *ruleset_rule_name(const struct ruleset *set, unsigned i);
const char *ruleset_rule_file(const struct ruleset *set, unsigned i);
int ruleset_rule_line(const struct ruleset *set, unsigned i);
bool ruleset_rule_enabled(const struct ruleset *set, unsigned i);

/* Who is told of something about a line. */
struct rule_listener {
	void *context;
	void (*say)(void *context, const char *file, int line,
		    const char *text);
};

/*
 * What is in order and yet odd: rules that can never apply, patterns that may
 * be slow, accounts and tags that do not exist. And the names of folders that
 * do not depend on the message.
 */
void ruleset_warn(const struct ruleset *set, const char *const *accounts,
		  const struct rule_listener *listener);
void ruleset_each_folder(const struct ruleset *set,
			 const struct rule_listener *listener);

/* `verdict` was initialised; `input` is used up. */
void ruleset_judge(const struct ruleset *set, struct rule_input *input,
		   struct verdict *verdict);

/*
 * A judge is not trusted with commands: may this rule run that, save there,
 * forward to them? What varies with the message may, the rest is compared
 * with the configuration.
 */
bool ruleset_allows_action(const struct ruleset *set,
			   const struct verdict_action *action);
bool ruleset_allows_request(const struct ruleset *set,
			    const struct request *request);

/*
 * Lists in files that have changed since they were read are read again. A
 * file that cannot be read leaves its list as it was. Returns how many were
 * read: a judge that was forked before does not know them.
 */
size_t ruleset_refresh(struct ruleset *set);

#endif
