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
