/* SPDX-License-Identifier: ISC */
/* Actions: read from the configuration and compiled. */
#include <stdlib.h>
#include <string.h>

#include "mail/edit.h"
#include "mail/tags.h"
#include "rules/internal.h"
#include "util/value.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Addresses of one `forward`: for more, use a mailing list. */
#define FORWARD_MAX 50

void rule_release_action(struct rule_action *action)
{
	free(action->text);
	free(action->name);
	template_free(action->template);
	rule_release_argv(&action->argv);
	strings_free(action->addresses);
	free(action->file.path);
}

static struct rule_action *new_action(struct rule *rule,
				      const struct action_type *type, int line)
{
	struct rule_action *action;

	xgrow(&rule->actions, rule->n_actions, sizeof(*rule->actions));
	action = &rule->actions[rule->n_actions++];
	memset(action, 0, sizeof(*action));
	action->type = type;
	action->line = line;
	return action;
}

static int add_folders(struct rule *rule, const struct action_type *type,
		       const struct rule_value *values, size_t n,
		       struct error *err)
{
	if (n > 1 && type->ends)
		return error_set(err, ERR_CONFIG,
				 "a message goes to one folder; use copy for "
				 "the others");
	for (size_t i = 0; i < n; i++) {
		if (values[i].text[0] == '\0')
			return error_set(err, ERR_CONFIG,
					 "'%s' needs the name of a folder",
					 type->name);
		new_action(rule, type, values[i].line)->text =
			xstrdup(values[i].text);
	}
	return 0;
}

static int add_mark(struct rule *rule, const struct action_type *type,
		    const struct rule_value *values, size_t n,
		    struct error *err)
{
	struct rule_action *action;
	unsigned flags = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned flag = action_flag(values[i].text);

		if (flag == 0)
			return error_set(err, ERR_CONFIG,
					 "a message cannot be marked \"%s\"; "
					 "write read, flagged, answered or "
					 "draft",
					 values[i].text);
		flags |= flag;
	}
	action = new_action(rule, type, values[0].line);
	action->flags = flags;
	action->text = xstrdup(values[0].text);
	rule->flags |= flags;
	return 0;
}

static int add_yes(struct rule *rule, const struct action_type *type,
		   const struct rule_value *values, size_t n, struct error *err)
{
	bool on = false;

	if (n != 1 || value_yes(values[0].text, &on, err) == -1)
		return error_set(err, ERR_CONFIG, "'%s' takes yes or no",
				 type->name);
	if (on)
		(void)new_action(rule, type, values[0].line);
	return 0;
}

static int add_texts(struct rule *rule, const struct action_type *type,
		     const struct rule_value *values, size_t n)
{
	for (size_t i = 0; i < n; i++)
		new_action(rule, type, values[i].line)->text =
			xstrdup(values[i].text);
	return 0;
}

/* "Name: value", or only the name. */
static int add_headers(struct rule *rule, const struct action_type *type,
		       const struct rule_value *values, size_t n,
		       struct error *err)
{
	for (size_t i = 0; i < n; i++) {
		struct rule_action *action =
			new_action(rule, type, values[i].line);
		const char *text = values[i].text, *colon = strchr(text, ':');
		size_t len =
			colon == NULL ? strlen(text) : (size_t)(colon - text);
		struct slice name = slice_trim(slice_of(text, len));

		if (colon == NULL && type->value == ACTION_VALUE_HEADER)
			return error_set(err, ERR_CONFIG,
					 "'%s' is written \"Name: value\"; "
					 "\"%s\" has no colon",
					 type->name, text);
		action->name = xmemdup0(name.p, name.len);
		if (edit_check_name(action->name, err) == -1)
			return -1;
		if (type->value == ACTION_VALUE_HEADER)
			action->text = xstrdup(colon + 1);
	}
	return 0;
}

static int add_forward(struct rule *rule, const struct action_type *type,
		       const struct rule_value *values, size_t n,
		       struct error *err)
{
	if (n > FORWARD_MAX)
		return error_set(err, ERR_CONFIG,
				 "a message is forwarded to at most %d "
				 "addresses",
				 FORWARD_MAX);
	for (size_t i = 0; i < n; i++) {
		const char *at = strchr(values[i].text, '@');

		if (at == NULL || at == values[i].text || at[1] == '\0' ||
		    values[i].text[0] == '-' || strchr(at + 1, '@') != NULL ||
		    strpbrk(values[i].text, " \t\r\n<>()\",;:\\{}") != NULL)
			return error_set(err, ERR_CONFIG,
					 "\"%s\" is not an address to forward "
					 "to; write user@domain, without {…}",
					 values[i].text);
	}
	new_action(rule, type, values[0].line)->addresses =
		rule_copy_values(values, n);
	return 0;
}

static int add_directory(struct rule *rule, const struct action_type *type,
			 const struct rule_value *values, size_t n,
			 struct error *err)
{
	char *path = n == 1 ? value_home(values[0].text, err) : NULL;

	if (n != 1)
		return error_set(err, ERR_CONFIG, "'%s' takes one directory",
				 type->name);
	if (path == NULL)
		return -1;
	new_action(rule, type, values[0].line)->text = path;
	if (path[0] != '/')
		return error_set(err, ERR_CONFIG,
				 "'%s': write the whole path, or ~/…",
				 type->name);
	return 0;
}

static bool has_answer(const struct rule *rule)
{
	for (size_t i = 0; i < rule->n_actions; i++)
		if (rule->actions[i].type->value == ACTION_VALUE_ANSWER)
			return true;
	return false;
}

static int add_vacation(struct rule *rule, const struct action_type *type,
			const struct rule_value *values, size_t n,
			struct error *err)
{
	if (n != 1 || has_answer(rule))
		return error_set(err, ERR_CONFIG,
				 "'%s' takes one text; a rule answers once",
				 type->name);
	return rule_init_vacation(rule, new_action(rule, type, values[0].line),
				  values[0].text, err);
}

static int add_hold(struct rule *rule, const struct action_type *type,
		    const struct rule_value *values, size_t n,
		    struct error *err)
{
	int64_t seconds;

	if (n != 1)
		return error_set(err, ERR_CONFIG, "'%s' takes one duration",
				 type->name);
	if (value_duration(values[0].text, &seconds, err) == -1)
		return -1;
	new_action(rule, type, values[0].line)->seconds = seconds;
	return 0;
}

static int add_command(struct rule *rule, const struct action_type *type,
		       const struct rule_value *values, size_t n,
		       struct error *err)
{
	rule->set->requests |= type->kind == ACTION_FILTER;
	return rule_init_argv(&new_action(rule, type, values[0].line)->argv,
			      values, n, err);
}

int rule_add_action(struct rule *rule, const char *key,
		    const struct rule_value *values, size_t n,
		    struct error *err)
{
	const struct action_type *type = action_find(key);

	if (type == NULL)
		return error_set(err, ERR_CONFIG, "'%s' is not an action", key);
	if (rule->depth > 0)
		return error_set(err, ERR_CONFIG,
				 "'%s' is an action; move it out of any, all "
				 "and none",
				 key);
	if (n == 0)
		return error_set(err, ERR_CONFIG, "'%s' needs a value", key);
	switch (type->value) {
	case ACTION_VALUE_FOLDER:
		return add_folders(rule, type, values, n, err);
	case ACTION_VALUE_FLAGS:
		return add_mark(rule, type, values, n, err);
	case ACTION_VALUE_TAGS:
	case ACTION_VALUE_TEXT:
		return add_texts(rule, type, values, n);
	case ACTION_VALUE_HEADER:
	case ACTION_VALUE_NAME:
		return add_headers(rule, type, values, n, err);
	case ACTION_VALUE_ARGV:
		return add_command(rule, type, values, n, err);
	case ACTION_VALUE_ADDRESS:
		return add_forward(rule, type, values, n, err);
	case ACTION_VALUE_DIRECTORY:
		return add_directory(rule, type, values, n, err);
	case ACTION_VALUE_DURATION:
		return add_hold(rule, type, values, n, err);
	case ACTION_VALUE_ANSWER:
		return add_vacation(rule, type, values, n, err);
	case ACTION_VALUE_YES:
		break;
	}
	return add_yes(rule, type, values, n, err);
}

/* The text between placeholders is the same in each name. */
static int check_mixed(const struct rule_action *action, struct error *err)
{
	enum action_value value = action->type->value;
	const char *fault = NULL;

	if (value == ACTION_VALUE_FOLDER)
		fault = template_folder_fault(action->template);
	else if (value == ACTION_VALUE_DIRECTORY)
		fault = template_path_fault(action->template);
	return fault == NULL
		       ? 0
		       : error_set(err, ERR_CONFIG,
				   "the folder name \"%.200s\" cannot be used: "
				   "%s",
				   action->text, fault);
}

/* A text without placeholders can be checked now, before any mail comes. */
static int check_literal(const struct rule_action *action, struct error *err)
{
	struct template_values none = {0};
	struct buf text = BUF_INIT(VERDICT_FOLDER_MAX);
	int rc = 0;

	if (!template_is_literal(action->template))
		return check_mixed(action, err);
	if (action->type->value == ACTION_VALUE_FOLDER) {
		rc = template_expand_folder(action->template, &none, &text,
					    err);
	} else if (action->type->value == ACTION_VALUE_TAGS) {
		template_expand(action->template, &none, &text);
		rc = tags_check(buf_slice(&text), err);
	}
	buf_release(&text);
	if (rc == -1)
		err->kind = ERR_CONFIG;
	return rc;
}

int rule_finish_action(const struct rule *rule, struct rule_action *action,
		       struct error *err)
{
	struct template_names names = rule_template_names(rule);

	if (action->argv.words != NULL)
		return rule_finish_argv(rule, &action->argv, err);
	if (action->text == NULL)
		return 0;
	action->template = template_new(action->text, &names, err);
	return action->template == NULL ? -1 : check_literal(action, err);
}

/* A hold that is over ends nothing. */
bool rule_ends(const struct rule *rule)
{
	for (size_t i = 0; i < rule->n_actions; i++)
		if (rule->actions[i].type->ends &&
		    rule->actions[i].type->kind != ACTION_HOLD)
			return true;
	return false;
}
