/* SPDX-License-Identifier: ISC */
/*
 * All rules of a configuration, in their order. Built once (see rule.h), then
 * asked; judge.h evaluates them for a message.
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

struct ruleset;
struct rule;
struct request;
struct verdict_action;

struct ruleset *ruleset_new(void);
void ruleset_free(struct ruleset *set);

/* A new rule at the end. `name` and `file` are copied. */
struct rule *ruleset_add(struct ruleset *set, const char *name,
			 const char *file, int line);

/* Borrow; NULL-terminated list for raw 8-bit headers. */
void ruleset_set_fallback(struct ruleset *set, const char *const *fallback);

/* One of our own addresses, for `to-me`. Copied. */
void ruleset_add_me(struct ruleset *set, const char *address);

/*
 * All rules are there, and none will be added: prepare to find those that can
 * apply to a message. Not needed, but many rules are slow without.
 */
void ruleset_finish(struct ruleset *set);

size_t ruleset_size(const struct ruleset *set);

/* Name, file and line of rule i; "" and 0 when there is no such rule. */
const char *ruleset_rule_name(const struct ruleset *set, unsigned i);
const char *ruleset_rule_file(const struct ruleset *set, unsigned i);
int ruleset_rule_line(const struct ruleset *set, unsigned i);
bool ruleset_rule_enabled(const struct ruleset *set, unsigned i);

/* Does any rule ask for duplicates? Then verdicts have a key. */
bool ruleset_uses_duplicates(const struct ruleset *set);

/* Can any rule make a request while it judges? */
bool ruleset_has_requests(const struct ruleset *set);

/*
 * Lists in files that have changed since they were read are read again. A
 * file that cannot be read leaves its list as it was. Returns how many were
 * read: a judge that was forked before does not know them.
 */
size_t ruleset_refresh(struct ruleset *set);

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

/*
 * A judge is not trusted with commands: may this rule run that, save there,
 * forward to them? What varies with the message may, the rest is compared
 * with the configuration.
 */
bool ruleset_allows_action(const struct ruleset *set,
			   const struct verdict_action *action);
bool ruleset_allows_request(const struct ruleset *set,
			    const struct request *request);

#endif
