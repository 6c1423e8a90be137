/* SPDX-License-Identifier: ISC */
/* An allowance, and the requests that it takes. */
#include <stdlib.h>
#include <string.h>

#include "rules/allow_fit.h"
#include "util/xalloc.h"

#include "util/banned.h"

struct allowance *allowance_new(const struct ruleset *set,
				const struct allowance_terms *terms)
{
	struct allowance *a = xcalloc(1, sizeof(*a));

	a->set = set;
	a->terms = *terms;
	a->end = terms->end == 0 || terms->end > set->n ? set->n : terms->end;
	a->over = a->end;
	a->next.rule = terms->first;
	a->named.rule = terms->first;
	return a;
}

void allowance_free(struct allowance *a)
{
	if (a == NULL)
		return;
	free(a->fields.names);
	free(a);
}

unsigned allowance_sources(const struct allowance *a)
{
	return a->n_sources;
}

/* The judge must have seen to it that no text of a message is an option. */
static bool may_run(const struct rule_argv *argv, char *const *words)
{
	return allow_argv(argv, words) && rule_open_argument(argv, words) == 0;
}

static bool asks(const struct condition *c, const struct request *r)
{
	if (c->kind == CONDITION_COMMAND)
		return r->kind == REQUEST_TEST && may_run(&c->argv, r->argv);
	return c->kind == CONDITION_DUPLICATE && r->kind == REQUEST_DUPLICATE &&
	       (uint64_t)r->seconds == c->number;
}

/*
 * Conditions are looked at in their order, each once. Find the first one from
 * number a->condition on that asks this; *n counts them.
 */
static bool take_condition(struct allowance *a, const struct condition *c,
			   const struct request *r, size_t *n)
{
	for (size_t i = 0; i < c->n_members; i++)
		if (take_condition(a, &c->members[i], r, n))
			return true;
	if (c->kind == CONDITION_GROUP || (*n)++ < a->condition || !asks(c, r))
		return false;
	a->condition = *n;
	return true;
}

/* The rule has applied, so its conditions are over. */
static bool take_filter(struct allowance *a, const struct rule *rule,
			const struct request *r)
{
	if (a->n_sources == SOURCES_MAX || r->must != rule->filter_must)
		return false;
	for (size_t i = a->next.action; i < rule->n_actions; i++) {
		const struct rule_action *action = &rule->actions[i];

		if (action->type->kind != ACTION_FILTER ||
		    !may_run(&action->argv, r->argv))
			continue;
		a->asked = (struct place){r->rule, i};
		a->next.action = i + 1;
		if (rule_ends(rule))
			a->over = r->rule + 1;
		return true;
	}
	return false;
}

static bool take_key(struct allowance *a, const struct request *r)
{
	bool same = !a->has_key || memcmp(a->key, r->key, HASH_SIZE) == 0;

	a->has_key = true;
	memcpy(a->key, r->key, HASH_SIZE);
	return same;
}

static bool take_question(struct allowance *a, struct request *r)
{
	const struct rule *rule = a->set->rules[r->rule];
	size_t n = 0;

	if (r->kind == REQUEST_FILTER)
		return take_filter(a, rule, r);
	return !r->must && a->next.action == 0 &&
	       take_condition(a, &rule->root, r, &n) &&
	       (r->kind != REQUEST_DUPLICATE || take_key(a, r));
}

/* All rules before this place may have applied. */
static void name_fields(struct allowance *a, struct place until)
{
	while (place_is_before(a->named, until)) {
		const struct rule *rule = a->set->rules[a->named.rule];
		size_t i = a->named.action++;

		if (i >= rule->n_actions || !rule->enabled)
			a->named = (struct place){a->named.rule + 1, 0};
		else if (rule->actions[i].name != NULL)
			field_names_add(&a->fields, rule->actions[i].name);
	}
}

static bool take_content(struct allowance *a, struct request *r)
{
	struct place here = {r->rule, 0};

	if (r->kind == REQUEST_DUPLICATE)
		return r->content.source == 0 && r->content.header == NULL;
	if (r->content.source != a->n_sources)
		return false;
	if (r->content.header == NULL)
		return true;
	name_fields(a, r->kind == REQUEST_FILTER ? a->asked : here);
	field_names_give(&a->fields, &r->content);
	return a->fields.n > 0;
}

static bool fits_words(const struct rule *rule, const struct request *r)
{
	if (r->kind == REQUEST_DUPLICATE)
		return r->argv[0] == NULL && r->environment[0] == NULL;
	return rule_makes_environment(rule, r->environment);
}

bool allowance_takes_request(struct allowance *a, struct request *r)
{
	if (r->rule < a->next.rule || r->rule >= a->over ||
	    !a->set->rules[r->rule]->enabled || a->postponed)
		return false;
	if (r->rule > a->next.rule) {
		a->next = (struct place){r->rule, 0};
		a->condition = 0;
	}
	return fits_words(a->set->rules[r->rule], r) && take_question(a, r) &&
	       take_content(a, r);
}

void allowance_note_reply(struct allowance *a, const struct reply *reply)
{
	a->postponed = reply->answer == MATCH_ERROR && reply->postpone;
	if (reply->fd == -1)
		return;
	a->sources[a->n_sources++] = a->asked;
	a->named = a->asked;
	a->named.action++;
	a->fields.n = 0;
}
