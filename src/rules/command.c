/* SPDX-License-Identifier: ISC */
/* Arguments and environment of the commands that rules run. */
#include <stdlib.h>
#include <string.h>

#include "rules/field.h"
#include "rules/trial.h"
#include "util/ascii.h"
#include "util/xalloc.h"

#include "util/banned.h"

/*
 * Bytes of one variable. A command has at most some hundred, which fit the 2
 * MiB that Linux allows by default.
 */
#define VARIABLE_MAX ((size_t)4096)

bool trial_argv(struct trial *t, const struct rule_argv *argv, char ***out)
{
	bool fits = true;

	*out = xcalloc(argv->n + 1, sizeof(**out));
	for (size_t i = 0; i < argv->n; i++) {
		struct buf word = BUF_INIT(ARGUMENT_MAX);

		trial_expand(t, argv->templates[i], &word);
		fits = fits && !word.full;
		(*out)[i] = buf_detach(&word);
	}
	if (!fits)
		(void)error_set(&t->err, ERR_MESSAGE,
				"an argument of the command is longer than "
				"%d bytes",
				ARGUMENT_MAX);
	return fits;
}

bool trial_safe_argv(struct trial *t, const struct rule_argv *argv, char ***out)
{
	size_t open;

	if (!trial_argv(t, argv, out))
		return false;
	open = rule_open_argument(argv, *out);
	if (open == 0)
		return true;
	(void)error_set(&t->err, ERR_MESSAGE,
			"argument %zu of %.100s would be text of the message "
			"that begins with \"-\", as an option does; put "
			"\"--\" before it",
			open, (*out)[0]);
	return false;
}

/* POSTROOM_NAME= */
static void put_name(struct slice name, struct buf *out)
{
	buf_addstr(out, "POSTROOM_");
	for (size_t i = 0; i < name.len; i++)
		buf_addch(out, name.p[i] == '-' ? '_' : ascii_upper(name.p[i]));
	buf_addch(out, '=');
}

/* A long value is cut, NULs become blanks. */
static void add_variable(char ***list, size_t *n, struct slice name,
			 struct slice value)
{
	struct buf b = BUF_INIT(VARIABLE_MAX + 200);
	size_t len = value.len > VARIABLE_MAX ? VARIABLE_MAX : value.len;

	put_name(name, &b);
	for (size_t i = 0; i < len; i++)
		buf_addch(&b, value.p[i] == '\0' ? ' ' : value.p[i]);
	xgrow(list, *n + 1, sizeof(**list));
	(*list)[(*n)++] = buf_detach(&b);
	(*list)[*n] = NULL;
}

/* The sorter sets these itself: a capture must not shadow them. */
static bool is_reserved(struct slice name)
{
	static const char *const reserved[] = {"key", "folder", "try",
					       "refused", NULL};

	return slice_is_one_of_nocase(name, reserved);
}

char **trial_environment(struct trial *t)
{
	struct template_values values = trial_values(t);
	const char *name;
	char **list = NULL;
	size_t n = 0;

	for (size_t i = 0; (name = field_variable(i)) != NULL; i++) {
		struct buf value = BUF_INIT(TRIAL_VALUE_MAX);

		field_put((enum field_kind)i, NULL, &values, &value);
		add_variable(&list, &n, slice_str(name), buf_slice(&value));
		buf_release(&value);
	}
	add_variable(&list, &n, slice_str("rule"), slice_str(t->rule->name));
	for (size_t i = 1; i < t->n_groups && i < 10; i++)
		add_variable(&list, &n, slice_of(&"0123456789"[i], 1),
			     t->groups[i]);
	for (size_t i = 0; i < t->rule->n_captures; i++)
		if (!is_reserved(t->rule->captures[i]))
			add_variable(&list, &n, t->rule->captures[i],
				     t->values[i]);
	return list;
}

/* Is **next a variable of this name? Then go on to the next one. */
static bool take_variable(char *const **next, struct slice name)
{
	struct buf wanted = BUF_INIT(VARIABLE_MAX);
	const char *text = **next;
	bool good;

	put_name(name, &wanted);
	good = text != NULL && strncmp(text, wanted.s, wanted.len) == 0 &&
	       strlen(text) - wanted.len <= VARIABLE_MAX;
	buf_release(&wanted);
	*next += good;
	return good;
}

bool rule_makes_environment(const struct rule *rule, char *const *variables)
{
	const char *name;
	bool good = true;

	for (size_t i = 0; (name = field_variable(i)) != NULL; i++)
		good = good && take_variable(&variables, slice_str(name));
	good = good && take_variable(&variables, slice_str("rule")) &&
	       strncmp(strchr(variables[-1], '=') + 1, rule->name,
		       VARIABLE_MAX) == 0;
	for (size_t i = 1; good && i < 10; i++)
		if (!take_variable(&variables, slice_of(&"0123456789"[i], 1)))
			break;
	for (size_t i = 0; i < rule->n_captures; i++)
		good = good && (is_reserved(rule->captures[i]) ||
				take_variable(&variables, rule->captures[i]));
	return good && *variables == NULL;
}
