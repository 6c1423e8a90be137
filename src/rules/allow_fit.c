/* SPDX-License-Identifier: ISC */
#include "rules/allow_fit.h"

#include <stdlib.h>
#include <string.h>

#include "mail/tags.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Can the template give this text, of which at most `max` bytes are here? */
static bool fits_text(const struct template *t, const char *text, size_t max)
{
	const char *prefix = template_prefix(t);
	size_t len = strnlen(prefix, max);

	return strncmp(text, prefix, len) == 0 &&
	       (!template_is_literal(t) || text[len] == '\0');
}

bool allow_argv(const struct rule_argv *argv, char *const *words)
{
	for (size_t i = 0; i < argv->n; i++)
		if (words[i] == NULL ||
		    !fits_text(argv->templates[i], words[i], ARGUMENT_MAX))
			return false;
	return words[argv->n] == NULL;
}

size_t ruleset_open_argument(const struct ruleset *set, unsigned rule,
			     char *const *argv)
{
	const struct rule *r = set->rules[rule];
	size_t open = 0;

	for (size_t i = 0; i < r->n_actions && open == 0; i++) {
		const struct rule_action *a = &r->actions[i];

		if (a->type->kind == ACTION_PIPE && allow_argv(&a->argv, argv))
			open = rule_open_argument(&a->argv, argv);
	}
	return open;
}

static bool same_words(char *const *a, char *const *b)
{
	size_t i = 0;

	while (a[i] != NULL && b[i] != NULL && strcmp(a[i], b[i]) == 0)
		i++;
	return a[i] == NULL && b[i] == NULL;
}

/* The text may vary like other templates, and nothing else. */
static bool fits_answer(const struct rule *rule, const struct rule_action *mine,
			char *const *words)
{
	char **rest;
	bool same;

	if (words[0] == NULL ||
	    !fits_text(mine->template, words[0], ARGUMENT_MAX))
		return false;
	rest = rule_vacation_words(rule, mine);
	same = same_words(rest, words + 1);
	strings_free(rest);
	return same;
}

static bool is_empty(char *const *words)
{
	return words == NULL || words[0] == NULL;
}

static bool has_text(const struct verdict_action *action)
{
	return action->text != NULL && action->text[0] != '\0';
}

static bool fits_value(const struct rule *rule, const struct rule_action *mine,
		       const struct template_source *source,
		       const struct verdict_action *action)
{
	switch (mine->type->value) {
	case ACTION_VALUE_FOLDER:
		return template_gives_folder(mine->template, source,
					     action->text);
	case ACTION_VALUE_DIRECTORY:
		return template_gives_path(mine->template, source,
					   action->text);
	case ACTION_VALUE_TEXT:
		return fits_text(mine->template, action->text,
				 VERDICT_TEXT_MAX);
	case ACTION_VALUE_ARGV:
		return allow_argv(&mine->argv, action->argv) &&
		       rule_makes_environment(rule, action->environment);
	case ACTION_VALUE_ADDRESS:
		return same_words(mine->addresses, action->argv);
	case ACTION_VALUE_ANSWER:
		return fits_answer(rule, mine, action->argv);
	case ACTION_VALUE_YES:
		return true;
	case ACTION_VALUE_FLAGS:
	case ACTION_VALUE_TAGS:
	case ACTION_VALUE_HEADER:
	case ACTION_VALUE_NAME:
	case ACTION_VALUE_DURATION:
		break;
	}
	return false;
}

bool allow_effect(const struct rule *rule, const struct rule_action *mine,
		  const struct template_source *source,
		  const struct verdict_action *action)
{
	enum action_value value = mine->type->value;
	bool texts = value == ACTION_VALUE_FOLDER ||
		     value == ACTION_VALUE_DIRECTORY ||
		     value == ACTION_VALUE_TEXT;
	bool words = value == ACTION_VALUE_ARGV ||
		     value == ACTION_VALUE_ADDRESS ||
		     value == ACTION_VALUE_ANSWER;

	return mine->type->kind == action->kind &&
	       (texts || !has_text(action)) &&
	       (words || is_empty(action->argv)) &&
	       (value == ACTION_VALUE_ARGV || is_empty(action->environment)) &&
	       fits_value(rule, mine, source, action);
}

static bool fits_tag(const struct rule_action *action, struct slice tag)
{
	char *text = xmemdup0(tag.p, tag.len);
	bool good = fits_text(action->template, text, TAG_LENGTH_MAX);

	free(text);
	return good;
}

bool allow_tags(const struct rule_action *const *actions, size_t n,
		const char *tags)
{
	struct slice rest = slice_str(tags), tag;
	struct error ignored = ERROR_INIT;
	size_t i = 0;

	while (rest.len > 0 && slice_split(&rest, ' ', &tag)) {
		while (i < n && !fits_tag(actions[i], tag))
			i++;
		if (i++ == n || tags_check(tag, &ignored) == -1)
			return false;
	}
	return true;
}

bool place_is_before(struct place a, struct place b)
{
	return a.rule < b.rule || (a.rule == b.rule && a.action < b.action);
}

void field_names_add(struct field_names *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (slice_equal_nocase(slice_str(f->names[i]), slice_str(name)))
			return;
	xgrow(&f->names, f->n, sizeof(*f->names));
	f->names[f->n++] = name;
}

void field_names_give(const struct field_names *f, struct content *content)
{
	free(content->names);
	content->names = xcalloc(f->n + 1, sizeof(*content->names));
	for (size_t i = 0; i < f->n; i++)
		content->names[i] = f->names[i];
	content->n_names = f->n;
}
