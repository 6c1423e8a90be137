/* SPDX-License-Identifier: ISC */
/* Warnings about rules that are valid but probably not meant so. */
#include <stdio.h>
#include <string.h>

#include "rules/doubt.h"
#include "rules/internal.h"
#include "rules/list.h"
#include "rules/pattern.h"

#include "util/banned.h"

/* Nobody reads more. */
#define WARNINGS_MAX 50

struct warner {
	const struct ruleset *set;
	const struct rule *rule;
	unsigned index;
	const char *const *accounts; /* NULL-terminated */
	const struct rule_listener *listener;
	unsigned said;
};

static void warn_at(struct warner *w, const char *file, int line,
		    const char *text)
{
	if (w->said++ < WARNINGS_MAX)
		w->listener->say(w->listener->context, file, line, text);
}

static void warn(struct warner *w, int line, const char *text)
{
	warn_at(w, w->rule->file, line, text);
}

static void warn_of_pattern(struct warner *w, const struct condition *c)
{
	char text[400];

	for (size_t i = 0; i < c->n_needles; i++) {
		const struct text *t = &c->needles[i].text;

		if (t->kind != TEXT_REGEX ||
		    !pattern_is_slow(slice_str(t->value)))
			continue;
		(void)snprintf(text, sizeof(text),
			       "the pattern %.200s may be slow: it repeats a "
			       "repetition; a message that makes it fail goes "
			       "to the fallback folder",
			       t->value);
		warn(w, c->line, text);
	}
}

static void warn_of_account(struct warner *w, const struct condition *c)
{
	char text[300];

	for (size_t i = 0; i < c->n_needles; i++) {
		const struct text *t = &c->needles[i].text;
		size_t j = 0;

		if (t->kind == TEXT_REGEX || t->kind == TEXT_LIST)
			continue;
		while (w->accounts[j] != NULL &&
		       !slice_equal_nocase(slice_str(w->accounts[j]),
					   slice_str(t->value)))
			j++;
		if (w->accounts[j] != NULL)
			continue;
		(void)snprintf(text, sizeof(text),
			       "there is no account \"%.100s\", which rule "
			       "\"%.100s\" names",
			       t->value, w->rule->name);
		warn(w, c->line, text);
	}
}

/* Can a rule before this one set the tag? */
static bool may_be_tagged(const struct warner *w, const char *tag)
{
	for (unsigned i = 0; i < w->index; i++) {
		const struct rule *rule = w->set->rules[i];

		for (size_t j = 0; j < rule->n_actions; j++) {
			const struct rule_action *a = &rule->actions[j];

			if (a->type->kind == ACTION_TAG &&
			    (a->template == NULL ||
			     !template_is_literal(a->template) ||
			     strcmp(a->text, tag) == 0))
				return true;
		}
	}
	return false;
}

static void warn_of_tag(struct warner *w, const struct condition *c)
{
	char text[300];

	for (size_t i = 0; i < c->n_needles; i++) {
		const struct text *t = &c->needles[i].text;

		if (t->kind == TEXT_REGEX || t->kind == TEXT_LIST ||
		    may_be_tagged(w, t->value))
			continue;
		(void)snprintf(text, sizeof(text),
			       "no rule before this one sets the tag "
			       "\"%.100s\"",
			       t->value);
		warn(w, c->line, text);
	}
}

/* The lines of a list that are no addresses. */
static void warn_of_list(struct warner *w, const struct condition *c,
			 const struct text *list, struct buf *text)
{
	for (size_t i = 0; i < list->n_lines && w->said < WARNINGS_MAX; i++) {
		const struct needle needle = {.text = list->lines[i],
					      .written = list->lines[i].value};
		int line;

		(void)list_text(list->list, i, &line);
		buf_clear(text);
		if (doubt_value(c, &needle, text))
			warn_at(w, list_path(list->list), line, text->s);
	}
}

/* Values that cannot be meant as they are written. */
static void warn_of_doubt(struct warner *w, const struct condition *c)
{
	struct buf text = BUF_INIT(1024);

	if (doubt_number(c, &text))
		warn(w, c->line, text.s);
	for (size_t i = 0; i < c->n_needles; i++) {
		buf_clear(&text);
		if (c->kind != CONDITION_TO_ME &&
		    doubt_value(c, &c->needles[i], &text))
			warn(w, c->line, text.s);
		if (c->needles[i].text.kind == TEXT_LIST)
			warn_of_list(w, c, &c->needles[i].text, &text);
	}
	if (c->kind == CONDITION_TO_ME && w->set->n_me == 0)
		warn(w, c->line, "to-me needs your addresses: set 'addresses'");
	buf_release(&text);
}

static void warn_of_argument(struct warner *w, const struct rule_argv *argv,
			     int line)
{
	size_t open = argv->n == 0 ? 0 : rule_open_argument(argv, NULL);
	char text[300];

	if (rule_scripts_text(argv))
		warn(w, line,
		     "the script of the shell has text of a message, so a "
		     "sender can run commands; give it as an argument: "
		     "{\"sh\", \"-c\", \"… \\\"$2\\\"\", \"sh\", \"--\", "
		     "\"{…}\"}");
	if (open == 0)
		return;
	(void)snprintf(
		text, sizeof(text),
		"argument %zu of %.100s is text of a message; one that "
		"begins with \"-\" would be an option, so it is refused; "
		"put \"--\" before it",
		open, template_prefix(argv->templates[0]));
	warn(w, line, text);
}

static void warn_of_condition(struct warner *w, const struct condition *c)
{
	if (c->kind == CONDITION_ACCOUNT)
		warn_of_account(w, c);
	if (c->kind == CONDITION_TAGGED)
		warn_of_tag(w, c);
	warn_of_pattern(w, c);
	warn_of_doubt(w, c);
	warn_of_argument(w, &c->argv, c->line);
	for (size_t i = 0; i < c->n_members; i++)
		warn_of_condition(w, &c->members[i]);
}

/* "larger 5M" with "smaller 1M", "older 30d" with "newer 1d". */
static void warn_of_range(struct warner *w, enum condition_kind above,
			  enum condition_kind below)
{
	const struct condition *root = &w->rule->root, *a = NULL, *b = NULL;
	char text[300];

	for (size_t i = 0; i < root->n_members; i++) {
		const struct condition *c = &root->members[i];

		if (c->kind == above && (a == NULL || c->number > a->number))
			a = c;
		if (c->kind == below && (b == NULL || c->number < b->number))
			b = c;
	}
	if (a == NULL || b == NULL || a->number + 1 < b->number)
		return;
	(void)snprintf(text, sizeof(text),
		       "rule \"%.100s\" can never apply: no message is %s than "
		       "%s and %s than %s",
		       w->rule->name, a->name, a->written, b->name, b->written);
	warn(w, b->line, text);
}

/* Is every value of one kind, which only equal ones match? */
static bool is_exact(const struct condition *c, enum text_kind kind)
{
	for (size_t i = 0; i < c->n_needles; i++)
		if (c->needles[i].text.kind != kind)
			return false;
	return c->n_needles > 0;
}

static bool share_value(const struct condition *a, const struct condition *b)
{
	for (size_t i = 0; i < a->n_needles; i++)
		for (size_t j = 0; j < b->n_needles; j++)
			if (slice_equal_nocase(a->needles[i].text.part,
					       b->needles[j].text.part))
				return true;
	return false;
}

/* Two conditions on what a message has one of. */
static bool exclude(const struct condition *a, const struct condition *b)
{
	if (a->kind != b->kind)
		return false;
	if (a->kind == CONDITION_WEEKDAY)
		return (a->days & b->days) == 0;
	if (a->kind == CONDITION_ACCOUNT || a->kind == CONDITION_SERVER_FOLDER)
		return is_exact(a, TEXT_CONTAINS) &&
		       is_exact(b, TEXT_CONTAINS) && !share_value(a, b);
	if (a->kind != CONDITION_SENDER &&
	    (a->kind != CONDITION_HEADER || strcmp(a->name, "from") != 0 ||
	     strcmp(b->name, "from") != 0))
		return false;
	return ((is_exact(a, TEXT_ADDRESS) && is_exact(b, TEXT_ADDRESS)) ||
		(is_exact(a, TEXT_DOMAIN) && is_exact(b, TEXT_DOMAIN))) &&
	       !share_value(a, b);
}

/* from = a, and from = b: meant is one of them. */
static void warn_of_both(struct warner *w)
{
	const struct condition *root = &w->rule->root;
	char text[300];

	for (size_t i = 0; i < root->n_members; i++)
		for (size_t j = 0; j < i; j++) {
			const struct condition *c = &root->members[i];

			if (!exclude(&root->members[j], c))
				continue;
			(void)snprintf(text, sizeof(text),
				       "rule \"%.100s\" can never apply: both "
				       "'%s' must hold; for any of several "
				       "write %s = {a, b}",
				       w->rule->name, c->name, c->name);
			warn(w, c->line, text);
			return;
		}
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool same_condition(const struct condition *a, const struct condition *b)
{
	if (a->kind != b->kind || a->group != b->group ||
	    a->n_needles != b->n_needles || a->n_members != b->n_members ||
	    !same_text(a->name, b->name) || !same_text(a->written, b->written))
		return false;
	for (size_t i = 0; i < a->n_needles; i++)
		if (!same_text(a->needles[i].written, b->needles[i].written))
			return false;
	for (size_t i = 0; i < a->n_members; i++)
		if (!same_condition(&a->members[i], &b->members[i]))
			return false;
	return true;
}

/* Do rules after this one see another message? */
static bool changes_message(const struct rule *rule)
{
	for (size_t i = 0; i < rule->n_actions; i++) {
		enum action_value value = rule->actions[i].type->value;
		enum action_kind kind = rule->actions[i].type->kind;

		if (value == ACTION_VALUE_HEADER ||
		    value == ACTION_VALUE_NAME || value == ACTION_VALUE_TAGS ||
		    kind == ACTION_FILTER)
			return true;
	}
	return false;
}

/* Does each condition of the earlier rule stand in the later one, too? */
static bool covers(const struct rule *earlier, const struct rule *later)
{
	for (size_t i = 0; i < earlier->root.n_members; i++) {
		size_t j = 0;

		while (j < later->root.n_members &&
		       !same_condition(&earlier->root.members[i],
				       &later->root.members[j]))
			j++;
		if (j == later->root.n_members)
			return false;
	}
	return earlier->root.n_members > 0;
}

static void warn_of_earlier(struct warner *w)
{
	char text[400];

	for (unsigned i = w->index; i-- > 0;) {
		const struct rule *earlier = w->set->rules[i];

		if (changes_message(earlier))
			return;
		if (!earlier->enabled || !rule_ends(earlier) ||
		    !covers(earlier, w->rule))
			continue;
		(void)snprintf(text, sizeof(text),
			       "rule \"%.100s\" never applies: \"%.100s\" "
			       "(line %d) takes every message that it would "
			       "match",
			       w->rule->name, earlier->name, earlier->line);
		warn(w, w->rule->line, text);
		return;
	}
}

void ruleset_warn(const struct ruleset *set, const char *const *accounts,
		  const struct rule_listener *listener)
{
	struct warner w = {
		.set = set, .accounts = accounts, .listener = listener};

	for (; w.index < set->n; w.index++) {
		w.rule = set->rules[w.index];
		if (!w.rule->enabled)
			continue;
		warn_of_condition(&w, &w.rule->root);
		warn_of_range(&w, CONDITION_LARGER, CONDITION_SMALLER);
		warn_of_range(&w, CONDITION_OLDER, CONDITION_NEWER);
		warn_of_both(&w);
		for (size_t i = 0; i < w.rule->n_actions; i++)
			warn_of_argument(&w, &w.rule->actions[i].argv,
					 w.rule->actions[i].line);
		warn_of_earlier(&w);
	}
}

void ruleset_each_folder(const struct ruleset *set,
			 const struct rule_listener *listener)
{
	for (size_t i = 0; i < set->n; i++) {
		const struct rule *rule = set->rules[i];

		for (size_t j = 0; rule->enabled && j < rule->n_actions; j++) {
			const struct rule_action *a = &rule->actions[j];

			if (a->type->value == ACTION_VALUE_FOLDER &&
			    template_is_literal(a->template))
				listener->say(listener->context, rule->file,
					      a->line,
					      template_prefix(a->template));
		}
	}
}
