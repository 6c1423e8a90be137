/* SPDX-License-Identifier: ISC */
/*
 * The verdict that an allowance takes. The rules that applied are gone through
 * as the judge has done it, and each action must be the next of the verdict.
 */
#include <stdlib.h>
#include <string.h>

#include "rules/allow_fit.h"
#include "util/xalloc.h"

#include "util/banned.h"

struct actions {
	const struct rule_action **list;
	size_t n;
};

struct walk {
	const struct allowance *a;
	struct verdict *v;
	size_t next;	  /* action of the verdict */
	unsigned content; /* the last that was seen */
	bool changed;	  /* the message, since then */
	bool edited;	  /* its header, since the last source */
	unsigned n_sources;
	struct field_names fields; /* that were edited */
	unsigned flags;
	struct actions tags, untags;
	bool answered;
};

static void add_action(struct actions *actions,
		       const struct rule_action *action)
{
	xgrow(&actions->list, actions->n, sizeof(*actions->list));
	actions->list[actions->n++] = action;
}

/* Each change of the message makes the next content, when that is used. */
static bool take_content(struct walk *w, unsigned index)
{
	struct content *content;

	if (index != w->content + w->changed || index >= w->v->n_contents)
		return false;
	if (!w->changed)
		return true;
	w->changed = false;
	w->content++;
	content = &w->v->contents[index];
	field_names_give(&w->fields, content);
	return content->source == w->n_sources &&
	       (content->header != NULL) == w->edited;
}

static bool fits_tags(const struct actions *actions, const char *tags)
{
	return tags == NULL || allow_tags(actions->list, actions->n, tags);
}

/* It depends on the actions before it. */
static bool fits_state(const struct walk *w, const struct rule *rule,
		       const struct verdict_action *action)
{
	static const struct actions none;
	bool is_folder = action->kind == ACTION_FOLDER;
	unsigned flags = 0;

	if (is_folder)
		flags = w->flags | rule->flags;
	else if (action->kind == ACTION_COPY)
		flags = w->flags;
	return action->flags == flags &&
	       fits_tags(is_folder ? &w->tags : &none, action->tags);
}

static void complete(const struct rule_action *mine,
		     struct verdict_action *action)
{
	action->captured = mine->type->value == ACTION_VALUE_FOLDER &&
			   !template_is_bounded(mine->template);
	action->written =
		action->captured
			? (unsigned)strlen(template_prefix(mine->template))
			: 0;
}

/* Does the judge think that the message should not be answered? */
static bool is_unanswered(const struct walk *w, size_t index)
{
	const struct verdict_action *action = &w->v->actions[w->next];

	return w->answered || w->next == w->v->n || action->rule != index ||
	       action->kind != ACTION_VACATION;
}

static bool take_effect(struct walk *w, size_t index,
			const struct rule_action *mine)
{
	const struct rule *rule = w->a->set->rules[index];
	struct verdict_action *action;

	if (mine->type->kind == ACTION_VACATION) {
		if (is_unanswered(w, index))
			return true;
		w->answered = true;
	}
	if (w->next == w->v->n)
		return false;
	action = &w->v->actions[w->next++];
	complete(mine, action);
	return action->rule == index &&
	       allow_effect(rule, mine, &w->a->terms.source, action) &&
	       take_content(w, action->content) && fits_state(w, rule, action);
}

/* Did this filter make the next source? */
static void pass_filter(struct walk *w, size_t rule, size_t action)
{
	const struct place *made = &w->a->sources[w->n_sources];

	if (w->n_sources == w->a->n_sources || made->rule != rule ||
	    made->action != action)
		return;
	w->n_sources++;
	w->changed = true;
	w->edited = false;
	w->fields.n = 0;
}

static void pass_header(struct walk *w, const struct rule_action *action)
{
	w->changed = true;
	w->edited = true;
	field_names_add(&w->fields, action->name);
}

static bool take_rule(struct walk *w, size_t index)
{
	const struct rule *rule = w->a->set->rules[index];

	for (size_t i = 0; i < rule->n_actions; i++) {
		const struct rule_action *action = &rule->actions[i];

		w->flags |= action->flags;
		if (action->name != NULL)
			pass_header(w, action);
		else if (action->type->kind == ACTION_FILTER)
			pass_filter(w, index, i);
		else if (action->type->kind == ACTION_TAG)
			add_action(&w->tags, action);
		else if (action->type->kind == ACTION_UNTAG)
			add_action(&w->untags, action);
		else if (action->type->has_effect &&
			 !take_effect(w, index, action))
			return false;
	}
	return true;
}

static bool take_rules(struct walk *w)
{
	size_t first = w->a->terms.first, end = w->a->end;

	for (size_t i = 0; i < w->v->n_matched; i++) {
		size_t index = w->v->matched[i];
		const struct rule *rule;

		if (index < first || index >= end)
			return false;
		rule = w->a->set->rules[index];
		if (!rule->enabled || !take_rule(w, index))
			return false;
		first = rule_ends(rule) ? end : index + 1;
	}
	return true;
}

/* The rest, when all rules have been gone through. */
static bool take_rest(struct walk *w)
{
	struct verdict *v = w->v;

	if (w->next != v->n || w->n_sources != w->a->n_sources ||
	    v->flags != w->flags || !fits_tags(&w->untags, v->untags))
		return false;
	if (v->decided)
		return v->content == 0 && v->tags[0] == '\0' &&
		       v->n_contents == w->content + 1;
	return take_content(w, v->content) && fits_tags(&w->tags, v->tags) &&
	       v->n_contents == w->content + 1;
}

static bool takes_decision(const struct allowance *a, struct verdict *v)
{
	struct walk w = {.a = a, .v = v};
	bool good = take_rules(&w) && take_rest(&w);

	free(w.fields.names);
	free(w.tags.list);
	free(w.untags.list);
	return good;
}

static bool has_hold(const struct rule *rule, int64_t seconds)
{
	for (size_t i = 0; i < rule->n_actions; i++)
		if (rule->actions[i].type->kind == ACTION_HOLD &&
		    rule->actions[i].seconds == seconds)
			return true;
	return false;
}

static bool takes_hold(const struct allowance *a, int64_t hold)
{
	int64_t seconds = hold + (a->terms.now - a->terms.received);

	for (size_t i = a->terms.first; i < a->end; i++)
		if (a->set->rules[i]->enabled &&
		    has_hold(a->set->rules[i], seconds))
			return true;
	return false;
}

/* No rule counts then; the contents were those of rules. */
static bool takes_delay(const struct allowance *a, struct verdict *v)
{
	while (v->n_contents > 1)
		content_release(&v->contents[--v->n_contents]);
	return v->undecided + v->postponed + (v->hold > 0) == 1 &&
	       (!v->postponed || a->postponed) &&
	       (v->hold == 0 || takes_hold(a, v->hold)) && v->n == 0 &&
	       v->n_matched == 0 && v->flags == 0 && v->content == 0 &&
	       v->tags[0] == '\0' && v->untags[0] == '\0';
}

static bool takes_trace(const struct allowance *a, const struct verdict *v)
{
	unsigned before = a->terms.first;

	if (v->n_trace > 0 && !a->terms.traces)
		return false;
	for (size_t i = 0; i < v->n_trace; i++) {
		if (v->trace[i].rule < before || v->trace[i].rule >= a->end)
			return false;
		before = v->trace[i].rule;
	}
	return true;
}

static bool takes_key(const struct allowance *a, const struct verdict *v)
{
	if (!v->has_key)
		return !a->has_key;
	return a->set->duplicates &&
	       (!a->has_key || memcmp(a->key, v->key, HASH_SIZE) == 0);
}

bool allowance_takes_verdict(struct allowance *a, struct verdict *v)
{
	const struct content *came = &v->contents[0];

	if (came->source != 0 || came->header != NULL || !takes_key(a, v) ||
	    !takes_trace(a, v))
		return false;
	if (v->undecided || v->postponed || v->hold > 0)
		return takes_delay(a, v);
	return takes_decision(a, v);
}
