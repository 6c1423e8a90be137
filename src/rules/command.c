/* SPDX-License-Identifier: ISC */
/* Arguments and environment of the commands that rules run. */
#include <stdlib.h>

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

/* POSTROOM_NAME=value; a long value is cut, NULs become blanks. */
static void add_variable(char ***list, size_t *n, struct slice name,
			 struct slice value)
{
	struct buf b = BUF_INIT(VARIABLE_MAX + 200);
	size_t len = value.len > VARIABLE_MAX ? VARIABLE_MAX : value.len;

	buf_addstr(&b, "POSTROOM_");
	for (size_t i = 0; i < name.len; i++)
		buf_addch(&b, name.p[i] == '-' ? '_' : ascii_upper(name.p[i]));
	buf_addch(&b, '=');
	for (size_t i = 0; i < len; i++)
		buf_addch(&b, value.p[i] == '\0' ? ' ' : value.p[i]);
	xgrow(list, *n + 1, sizeof(**list));
	(*list)[(*n)++] = buf_detach(&b);
	(*list)[*n] = NULL;
}

/* The sorter sets these itself: a capture must not shadow them. */
static bool is_reserved(struct slice name)
{
	static const char *const reserved[] = {"key", "folder", "try"};

	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (slice_equal_nocase(name, slice_str(reserved[i])))
			return true;
	return false;
}

char **trial_environment(struct trial *t)
{
	struct template_values values = trial_values(t);
	const char *name;
	char **list = NULL;
	size_t n = 0;

	for (size_t i = 0; (name = field_name(i)) != NULL; i++) {
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
