/* SPDX-License-Identifier: ISC */
/*
 * The parent checks what the judge asks for. The judge reads hostile bytes; if
 * they take it over, it can only choose among the actions of the
 * configuration, and change the text that stands for a {…}.
 */
#include <string.h>

#include "rules/internal.h"

#include "util/banned.h"

static bool fits_argv(const struct rule_argv *argv, char *const *words)
{
	for (size_t i = 0; i < argv->n; i++) {
		const struct template *t = argv->templates[i];
		const char *prefix = template_prefix(t);

		if (words[i] == NULL)
			return false;
		if (template_is_literal(t)
			    ? strcmp(words[i], prefix) != 0
			    : strncmp(words[i], prefix, strlen(prefix)) != 0)
			return false;
	}
	return words[argv->n] == NULL;
}

static bool fits_environment(char *const *variables)
{
	for (size_t i = 0; variables[i] != NULL; i++)
		if (strncmp(variables[i], "POSTROOM_", 9) != 0)
			return false;
	return true;
}

/* Does any condition of the rule run this command? */
static bool has_command(const struct condition *c, char *const *words)
{
	if (c->kind == CONDITION_COMMAND && fits_argv(&c->argv, words))
		return true;
	for (size_t i = 0; i < c->n_members; i++)
		if (has_command(&c->members[i], words))
			return true;
	return false;
}

static bool same_addresses(char *const *a, char *const *b)
{
	size_t i = 0;

	while (a[i] != NULL && b[i] != NULL && strcmp(a[i], b[i]) == 0)
		i++;
	return a[i] == NULL && b[i] == NULL;
}

/* Is the path below what the template has before its first {…}? */
static bool fits_path(const struct template *t, const char *path)
{
	const char *prefix = template_prefix(t);

	if (template_is_literal(t))
		return strcmp(path, prefix) == 0;
	return strncmp(path, prefix, strlen(prefix)) == 0 &&
	       strstr(path + strlen(prefix), "/../") == NULL;
}

static bool fits(const struct rule_action *mine, enum action_kind kind,
		 const char *text, char *const *words)
{
	enum action_value value = mine->type->value;

	if (mine->type->kind != kind)
		return false;
	if (value == ACTION_VALUE_ARGV)
		return fits_argv(&mine->argv, words);
	if (value == ACTION_VALUE_ADDRESS)
		return same_addresses(mine->addresses, words);
	if (value == ACTION_VALUE_DIRECTORY || value == ACTION_VALUE_FOLDER)
		return fits_path(mine->template, text);
	return true;
}

static bool has_action(const struct rule *rule, enum action_kind kind,
		       const char *text, char *const *words)
{
	for (size_t i = 0; i < rule->n_actions; i++)
		if (fits(&rule->actions[i], kind, text, words))
			return true;
	return false;
}

bool ruleset_allows_action(const struct ruleset *set,
			   const struct verdict_action *action)
{
	return action->rule < set->n && fits_environment(action->environment) &&
	       has_action(set->rules[action->rule], action->kind, action->text,
			  action->argv);
}

bool ruleset_allows_request(const struct ruleset *set,
			    const struct request *request)
{
	const struct rule *rule;

	if (request->rule >= set->n)
		return false;
	rule = set->rules[request->rule];
	switch (request->kind) {
	case REQUEST_DUPLICATE:
		return set->duplicates;
	case REQUEST_TEST:
		return fits_environment(request->environment) &&
		       has_command(&rule->root, request->argv);
	case REQUEST_FILTER:
		return fits_environment(request->environment) &&
		       has_action(rule, ACTION_FILTER, "", request->argv);
	}
	return false;
}
