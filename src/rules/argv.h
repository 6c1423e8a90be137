/* SPDX-License-Identifier: ISC */
/* Commands of rules: each argument is a template. */
#ifndef RULES_ARGV_H
#define RULES_ARGV_H

#include <stddef.h>

#include "rules/template.h"
#include "util/error.h"

struct rule;
struct rule_value;

struct rule_argv {
	char **words; /* until the templates are compiled; NULL-terminated */
	struct template **templates;
	size_t n;
};

/* A copy of the texts, NULL-terminated. */
char **rule_copy_values(const struct rule_value *values, size_t n);

/* The captures that templates of this rule can name. */
struct template_names rule_template_names(const struct rule *rule);

/* One value is split into words like a shell line; several are taken as is. */
int rule_init_argv(struct rule_argv *argv, const struct rule_value *values,
		   size_t n, struct error *err);
int rule_finish_argv(const struct rule *rule, struct rule_argv *argv,
		     struct error *err);
/*
 * The first argument that begins with text of a message without
 * a "--" before it, so that the text may become an option; 0: there is none.
 * With `words`, the expanded arguments: only one that begins with "-".
 */
size_t rule_open_argument(const struct rule_argv *argv, char *const *words);

/*
 * Is the program a shell that gets text of a message in its script? Then a
 * sender can run commands.
 */
bool rule_scripts_text(const struct rule_argv *argv);

void rule_release_argv(struct rule_argv *argv);

#endif
