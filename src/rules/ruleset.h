/* SPDX-License-Identifier: ISC */
/*
 * All rules of a configuration, in their order. rule.h builds them, judge.h
 * evaluates them for a message.
 *
 *	struct ruleset *set = ruleset_new();
 *	struct rule *rule = ruleset_add(set, "Lists", file, line);
 *	…
 *	ruleset_finish(set);
 *	…
 *	ruleset_free(set);
 */
#ifndef RULES_RULESET_H
#define RULES_RULESET_H

#include <stdbool.h>
#include <stddef.h>

#include "util/buf.h"

struct ruleset;
struct rule;

struct ruleset *ruleset_new(void);
void ruleset_free(struct ruleset *set);

/* A new rule at the end. `name` and `file` are copied. */
struct rule *ruleset_add(struct ruleset *set, const char *name,
			 const char *file, int line);

/* Charsets for raw 8-bit headers; NULL-terminated, borrowed. */
void ruleset_set_fallback(struct ruleset *set, const char *const *fallback);

/* Can mail be to this address, or to this user of ours without a domain? */
bool ruleset_may_be_me(const char *address);

/* Add one of our own addresses, for `to-me`. Copied. */
void ruleset_add_me(struct ruleset *set, const char *address);

/* Is any of them known? */
bool ruleset_has_me(const struct ruleset *set);

/*
 * Call it after the last rule: it builds the prefilter. Without it the verdicts
 * are the same, but many rules are slow.
 */
void ruleset_finish(struct ruleset *set);

size_t ruleset_size(const struct ruleset *set);

/* Name, file and line of rule i; "" and 0 when there is no such rule. */
const char *ruleset_rule_name(const struct ruleset *set, unsigned i);
const char *ruleset_rule_file(const struct ruleset *set, unsigned i);
int ruleset_rule_line(const struct ruleset *set, unsigned i);
bool ruleset_rule_enabled(const struct ruleset *set, unsigned i);

/*
 * The argument of a pipe of this rule that is text of a message, begins with
 * "-", and has no "--" before it: a program would take it for an option. 0:
 * there is none.
 */
size_t ruleset_open_argument(const struct ruleset *set, unsigned rule,
			     char *const *argv);

/* Does any rule use `duplicate`? Then verdicts have a key. */
bool ruleset_uses_duplicates(const struct ruleset *set);

/* Can any rule make a request (see request.h)? */
bool ruleset_has_requests(const struct ruleset *set);

/*
 * Read lists and texts in files again when the files have changed. When a file
 * cannot be read, its list or text stays as it was. Returns how many were read;
 * a judge that was forked before does not have them.
 */
size_t ruleset_refresh(struct ruleset *set);

/* Receives a text about a line of the configuration. */
struct rule_listener {
	void *context;
	void (*say)(void *context, const char *file, int line,
		    const char *text);
};

/*
 * Warn of what is valid but probably wrong: rules that can never apply,
 * patterns that may be slow, unknown accounts and tags. `accounts` is
 * NULL-terminated.
 */
void ruleset_warn(const struct ruleset *set, const char *const *accounts,
		  const struct rule_listener *listener);
/* The folder names that do not depend on the message. */
void ruleset_each_folder(const struct ruleset *set,
			 const struct rule_listener *listener);

#endif
