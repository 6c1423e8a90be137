/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "rules/internal.h"
#include "util/value.h"
#include "util/xalloc.h"

#include "util/banned.h"

void rule_release_argv(struct rule_argv *argv)
{
	for (size_t i = 0; argv->templates != NULL && i < argv->n; i++)
		template_free(argv->templates[i]);
	free(argv->templates);
	strings_free(argv->words);
}

char **rule_copy_values(const struct rule_value *values, size_t n)
{
	char **list = xcalloc(n + 1, sizeof(*list));

	for (size_t i = 0; i < n; i++)
		list[i] = xstrdup(values[i].text);
	return list;
}

int rule_init_argv(struct rule_argv *argv, const struct rule_value *values,
		   size_t n, struct error *err)
{
	argv->words = n == 1 ? value_words(values[0].text, err)
			     : rule_copy_values(values, n);
	if (argv->words == NULL)
		return -1;
	while (argv->words[argv->n] != NULL)
		argv->n++;
	if (argv->n == 0 || argv->words[0][0] == '\0')
		return error_set(err, ERR_CONFIG, "the command is empty");
	if (argv->n > ARGV_MAX)
		return error_set(err, ERR_CONFIG,
				 "a command has at most %d arguments",
				 ARGV_MAX);
	if (strcmp(argv->words[0], "|") == 0)
		return error_set(err, ERR_CONFIG,
				 "remove the \"|\" before the command");
	if (argv->words[0][0] == '~') {
		char *home = value_home(argv->words[0], err);

		if (home == NULL)
			return -1;
		free(argv->words[0]);
		argv->words[0] = home;
	}
	return 0;
}

struct template_names rule_template_names(const struct rule *rule)
{
	return (struct template_names){rule->captures, rule->n_captures,
				       rule->n_groups > 9 ? 9 : rule->n_groups};
}

int rule_finish_argv(const struct rule *rule, struct rule_argv *argv,
		     struct error *err)
{
	struct template_names names = rule_template_names(rule);

	argv->templates = xcalloc(argv->n, sizeof(struct template *));
	for (size_t i = 0; i < argv->n; i++) {
		argv->templates[i] = template_new(argv->words[i], &names, err);
		if (argv->templates[i] == NULL)
			return -1;
	}
	if (!template_is_literal(argv->templates[0]))
		return error_set(
			err, ERR_CONFIG,
			"the program to run must be the same for every "
			"message; write its name without {…}");
	return 0;
}

static bool is_open(const struct template *t)
{
	return !template_is_bounded(t) && template_prefix(t)[0] == '\0';
}

static bool ends_options(const struct template *t)
{
	return template_is_literal(t) && strcmp(template_prefix(t), "--") == 0;
}

size_t rule_open_argument(const struct rule_argv *argv, char *const *words)
{
	for (size_t i = 1; i < argv->n; i++) {
		if (ends_options(argv->templates[i]))
			return 0;
		if (is_open(argv->templates[i]) &&
		    (words == NULL || words[i][0] == '-'))
			return i;
	}
	return 0;
}

static bool is_shell(const char *program)
{
	static const char *const shells[] = {"sh",  "ash",  "dash",   "bash",
					     "zsh", "ksh",  "mksh",   "fish",
					     "csh", "tcsh", "busybox"};
	const char *slash = strrchr(program, '/');

	if (slash != NULL)
		program = slash + 1;
	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++)
		if (strcmp(program, shells[i]) == 0)
			return true;
	return false;
}

bool rule_scripts_text(const struct rule_argv *argv)
{
	if (argv->n == 0 || !is_shell(template_prefix(argv->templates[0])))
		return false;
	for (size_t i = 1; i + 1 < argv->n; i++) {
		const char *word = template_prefix(argv->templates[i]);

		if (word[0] == '-' && strchr(word, 'c') != NULL)
			return !template_is_bounded(argv->templates[i + 1]);
	}
	return false;
}
