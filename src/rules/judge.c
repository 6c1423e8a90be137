/* SPDX-License-Identifier: ISC */
/* Judge a message: rule by rule, until one ends it. */
#include <stdlib.h>

#include "rules/prefilter.h"
#include "rules/trial.h"
#include "util/clock.h"
#include "util/xalloc.h"

#include "util/banned.h"

static void trace(struct trial *t, enum outcome outcome)
{
	if (t->input->explain)
		verdict_add_trace(t->verdict, t->index, outcome, t->why.s);
}

/* True when this rule ends the judgement. */
static bool judge_rule(struct trial *t)
{
	bool ends = false;

	t->n_groups = 0;
	buf_clear(&t->why);
	buf_clear(&t->matched);
	for (size_t i = 0; i < t->rule->n_captures; i++)
		t->values[i] = slice_of(NULL, 0);
	switch (match_condition(t, &t->rule->root)) {
	case MATCH_NO:
		trace(t, OUTCOME_NO);
		return false;
	case MATCH_YES:
		verdict_add_match(t->verdict, t->index);
		ends = apply_rule(t);
		trace(t, OUTCOME_APPLIES);
		return ends;
	case MATCH_ERROR:
		break;
	}
	(void)trial_fail(t);
	trace(t, OUTCOME_ERROR);
	return true;
}

/* The same, with the time it took in the trace. */
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

/* The next candidate from rule `i` on; the size of the set: none is left. */
static size_t next_rule(const struct trial *t, size_t i)
{
	if (t->candidates == NULL)
		return i;
	return prefilter_next(t->set->prefilter, t->candidates, i);
}

/* The rules have all been tried, or one ended that: complete the verdict. */
static void conclude(struct trial *t)
{
	struct verdict *v = t->verdict;
	struct buf removed = BUF_INIT(VERDICT_TAGS_MAX);

	if (v->undecided || v->postponed || v->hold > 0)
		return;
	tags_join(&t->removed, ' ', &removed);
	free(v->untags);
	v->untags = buf_detach(&removed);
	if (v->decided)
		return;
	free(v->tags);
	v->tags = xstrdup(trial_tags(t));
	if (t->recorded)
		v->content = (unsigned)v->n_contents - 1;
	else
		trial_record(t, &v->content);
}

void ruleset_judge(const struct ruleset *set, struct rule_input *input,
		   struct verdict *verdict)
{
	struct trial t = {.set = set, .input = input, .verdict = verdict};
	size_t end =
		input->end == 0 || input->end > set->n ? set->n : input->end;
	bool ended = false;

	trial_begin(&t);
	for (size_t i = next_rule(&t, input->first); i < end;
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
	conclude(&t);
	trial_end(&t);
}
