/* SPDX-License-Identifier: ISC */
/* A message before the rules, from the first to the one that decides. */
#include <stdlib.h>
#include <string.h>

#include "rules/prefilter.h"
#include "rules/trial.h"
#include "util/clock.h"
#include "util/hash.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* What rules may make of a header. */
#define EDITED_MAX CONTENT_HEADER_MAX

void trial_index(struct trial *t)
{
	const struct message *m = t->input->message;
	size_t n_names = t->set->n_names;
	size_t *last = xcalloc(n_names, sizeof(*last));

	free(t->first);
	free(t->next);
	t->first = xcalloc(n_names, sizeof(*t->first));
	t->next = xcalloc(m->n_fields, sizeof(*t->next));
	for (size_t name = 0; name < n_names; name++)
		t->first[name] = last[name] = NO_FIELD;
	for (size_t i = 0; i < m->n_fields; i++) {
		size_t name = rule_find_name(t->set, m->fields[i].name);

		t->next[i] = NO_FIELD;
		if (name == n_names)
			continue;
		if (last[name] == NO_FIELD)
			t->first[name] = i;
		else
			t->next[last[name]] = i;
		last[name] = i;
	}
	free(last);
	if (t->candidates != NULL)
		prefilter_select(t->set->prefilter, t->input->message, t->first,
				 t->next, t->candidates);
}

static void keep(struct trial *t, struct slice *s)
{
	if (s->p == NULL)
		return;
	xgrow(&t->kept, t->n_kept, sizeof(*t->kept));
	t->kept[t->n_kept] = xmemdup0(s->p, s->len);
	s->p = t->kept[t->n_kept++];
}

void trial_keep_captures(struct trial *t)
{
	for (size_t i = 0; i < t->rule->n_captures; i++)
		keep(t, &t->values[i]);
	for (size_t i = 0; i < t->n_groups; i++)
		keep(t, &t->groups[i]);
}

struct template_values trial_values(const struct trial *t, const char *tags)
{
	return (struct template_values){
		.message = t->input->message,
		.account = t->input->account,
		.tags = tags,
		.size = t->input->size,
		.now = t->input->now,
		.names = t->rule->captures,
		.values = t->values,
		.n = t->rule->n_captures,
		.groups = t->groups,
		.n_groups = t->n_groups,
	};
}

char *trial_tags(const struct trial *t)
{
	struct buf text = BUF_INIT(VERDICT_TAGS_MAX);

	tags_join(&t->tags, ' ', &text);
	return text.len == 0 ? xstrdup("") : buf_detach(&text);
}

/*
 * The same letter again, whoever brought it: its Message-ID and its body. The
 * way it took stands in other fields, which differ. Without a Message-ID
 * nothing is known to be the same.
 */
static void make_key(struct trial *t)
{
	struct slice id = message_first(t->input->message, "Message-ID");
	struct slice bytes;
	struct hash *h;

	if (id.len == 0)
		return;
	bytes = t->input->host->bytes(t->input->host->context);
	h = hash_new();
	hash_update(h, id.p, id.len);
	hash_update(h, "", 1);
	if (t->header_size < bytes.len)
		hash_update(h, bytes.p + t->header_size,
			    bytes.len - (size_t)t->header_size);
	hash_final(h, t->verdict->key);
	hash_free(h);
	t->verdict->has_key = true;
}

static void undecided(struct trial *t)
{
	struct error reason = t->err;

	(void)error_prefix(&reason, "rule \"%.100s\"", t->rule->name);
	verdict_set_undecided(t->verdict, reason.text);
}

static void trace(struct trial *t, enum outcome outcome)
{
	if (t->input->explain)
		verdict_add_trace(t->verdict, t->index, outcome, t->why.s);
}

/* Returns whether the journey ends with this rule. */
static bool judge_rule(struct trial *t)
{
	bool ends = false;

	t->n_groups = 0;
	buf_clear(&t->why);
	buf_clear(&t->matched);
	for (size_t i = 0; i < t->rule->n_captures; i++)
		t->values[i] = slice_of(NULL, 0);
	switch (trial_test(t, &t->rule->root)) {
	case MATCH_NO:
		trace(t, OUTCOME_NO);
		return false;
	case MATCH_YES:
		verdict_add_match(t->verdict, t->index);
		ends = trial_apply(t);
		trace(t, OUTCOME_APPLIES);
		return ends;
	case MATCH_ERROR:
		break;
	}
	undecided(t);
	trace(t, OUTCOME_ERROR);
	return true;
}

/* The same, and how long it took. */
static bool measure_rule(struct trial *t)
{
	struct verdict *v = t->verdict;
	size_t before = v->n_trace, matched = v->n_matched;
	int64_t started = clock_ns();
	bool ends = judge_rule(t);
	int64_t took = clock_ns() - started;

	verdict_add_trace(v, t->index,
			  v->n_matched > matched ? OUTCOME_APPLIES : OUTCOME_NO,
			  "");
	if (v->n_trace > before)
		v->trace[before].ns = (uint64_t)took;
	return ends;
}

static void begin(struct trial *t)
{
	buf_init(&t->header, EDITED_MAX);
	buf_init(&t->spare, EDITED_MAX);
	buf_init(&t->why, TRIAL_WHY_MAX);
	buf_init(&t->matched, TRIAL_MATCHED_MAX);
	t->header_size = t->input->message->header.len;
	t->values = xcalloc(t->set->most_captures, sizeof(*t->values));
	t->recorded = true;
	if (t->set->prefilter != NULL && !t->input->explain)
		t->candidates = prefilter_rules(t->set->prefilter);
	trial_index(t);
	if (t->set->duplicates)
		make_key(t);
}

static void end(struct trial *t)
{
	if (t->viewed)
		mime_view_release(&t->view);
	tags_release(&t->tags);
	for (size_t i = 0; i < t->n_kept; i++)
		free(t->kept[i]);
	free(t->kept);
	free(t->first);
	free(t->next);
	free(t->values);
	free(t->candidates);
	buf_release(&t->header);
	buf_release(&t->spare);
	buf_release(&t->why);
	buf_release(&t->matched);
}

/* The next rule to be looked at, from `i` on; the size of the set: none. */
static size_t next_rule(const struct trial *t, size_t i)
{
	if (t->candidates == NULL)
		return i;
	return prefilter_next(t->set->prefilter, t->candidates, i);
}

void ruleset_judge(const struct ruleset *set, struct rule_input *input,
		   struct verdict *verdict)
{
	struct trial t = {.set = set, .input = input, .verdict = verdict};
	bool ended = false;

	begin(&t);
	for (size_t i = next_rule(&t, 0); i < set->n;
	     i = next_rule(&t, i + 1)) {
		t.rule = set->rules[i];
		t.index = (unsigned)i;
		buf_clear(&t.why);
		if (ended)
			trace(&t, OUTCOME_SKIPPED);
		else if (!t.rule->enabled)
			trace(&t, OUTCOME_OFF);
		else
			ended = input->measure ? measure_rule(&t)
					       : judge_rule(&t);
		if (ended && !input->explain)
			break;
	}
	if (!verdict->decided && !verdict->undecided && !verdict->postponed &&
	    verdict->hold == 0) {
		free(verdict->tags);
		verdict->tags = trial_tags(&t);
		if (t.recorded)
			verdict->content = (unsigned)verdict->n_contents - 1;
		else
			trial_record(&t, &verdict->content);
	}
	end(&t);
}
