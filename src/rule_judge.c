/* SPDX-License-Identifier: ISC */
/* Evaluating compiled rules: one switch for conditions, one for actions. */
#include <stdlib.h>
#include <string.h>

#include "rule_set.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* "No field" in the chains below. */
#define NONE ((size_t)-1)

/*
 * One message on the bench. The fields that rules look at are chained by
 * their interned names, so that a thousand rules find theirs at once.
 */
struct bench {
	const struct ruleset *set;
	const struct rule_input *input;
	size_t *first; /* by name: index of the first field, or NONE */
	size_t *next;  /* by field: the next one of that name, or NONE */
	const struct rule *rule;
	struct slice *values; /* of the rule's named captures */
	struct slice groups[REGEX_GROUPS_MAX + 1];
	size_t n_groups;
	struct error err;
};

static void chain_fields(struct bench *b)
{
	const struct message *m = b->input->message;
	size_t n_names = b->set->n_names;
	size_t *last = xcalloc(n_names, sizeof(*last));

	b->first = xcalloc(n_names, sizeof(*b->first));
	b->next = xcalloc(m->n_fields, sizeof(*b->next));
	for (size_t name = 0; name < n_names; name++)
		b->first[name] = last[name] = NONE;
	for (size_t i = 0; i < m->n_fields; i++) {
		struct slice field = m->fields[i].name;
		size_t name = 0;

		b->next[i] = NONE;
		while (name < n_names &&
		       !slice_equal_nocase(field,
					   slice_str(b->set->names[name])))
			name++;
		if (name == n_names)
			continue;
		if (last[name] == NONE)
			b->first[name] = i;
		else
			b->next[last[name]] = i;
		last[name] = i;
	}
	free(last);
}

/* What a pattern captured, for the templates of this rule. */
static void keep_captures(struct bench *b, const struct text *text,
			  const struct slice *captures)
{
	size_t groups = regex_groups(text->regex), number;
	struct slice name;

	if (groups > 0) {
		memcpy(b->groups, captures, (groups + 1) * sizeof(*captures));
		b->n_groups = groups + 1;
	}
	for (size_t i = 0; regex_group_name(text->regex, i, &name, &number);
	     i++)
		for (size_t j = 0; j < b->rule->n_captures; j++)
			if (slice_equal(b->rule->captures[j], name) &&
			    captures[number].p != NULL)
				b->values[j] = captures[number];
}

static enum match test_text(struct bench *b, const struct text *text,
			    struct slice decoded, struct slice raw)
{
	struct slice captures[REGEX_GROUPS_MAX + 1];
	size_t n = text->kind == TEXT_REGEX ? regex_groups(text->regex) + 1 : 0;
	enum match match = text_match(text, decoded, raw, captures, n, &b->err);

	if (match == MATCH_YES && n > 1)
		keep_captures(b, text, captures);
	return match;
}

/* A yes anywhere is a yes; else an error anywhere is an error. */
static enum match either(enum match a, enum match b)
{
	if (a == MATCH_YES || b == MATCH_YES)
		return MATCH_YES;
	return a == MATCH_ERROR ? a : b;
}

static bool needs_decoding(const struct text *text)
{
	return text->kind == TEXT_CONTAINS || text->kind == TEXT_REGEX;
}

static enum match test_fields(struct bench *b, const struct header_test *test,
			      size_t name)
{
	struct message *m = b->input->message;
	enum match match = MATCH_NO;

	for (size_t i = b->first[name]; i != NONE && match != MATCH_YES;
	     i = b->next[i]) {
		struct slice decoded = needs_decoding(&test->text)
					       ? message_text(m, i)
					       : SLICE_EMPTY;

		match = either(match, test_text(b, &test->text, decoded,
						m->fields[i].value));
	}
	return match;
}

static enum match test_header(struct bench *b, const struct condition *c)
{
	enum match match = MATCH_NO;

	for (size_t i = 0; i < c->n_tests && match != MATCH_YES; i++) {
		const struct header_test *test = &c->tests[i];

		for (size_t j = 0; j < test->n_names && match != MATCH_YES; j++)
			match = either(match,
				       test_fields(b, test, test->names[j]));
	}
	return match;
}

/* A name is meant whole: "work" is not "homework". */
static enum match test_account(struct bench *b, const struct condition *c)
{
	struct slice account = slice_str(b->input->account);
	enum match match = MATCH_NO;

	for (size_t i = 0; i < c->n_tests && match != MATCH_YES; i++) {
		const struct text *text = &c->tests[i].text;

		if (text->kind == TEXT_REGEX)
			match = either(match,
				       test_text(b, text, account, account));
		else if (slice_equal_nocase(slice_str(text->value), account))
			match = MATCH_YES;
	}
	return match;
}

static enum match test_group(struct bench *b, const struct condition *c);

static enum match test_condition(struct bench *b, const struct condition *c)
{
	uint64_t size = b->input->size;

	switch (c->kind) {
	case CONDITION_HEADER:
		return test_header(b, c);
	case CONDITION_ACCOUNT:
		return test_account(b, c);
	case CONDITION_LARGER:
		return size > c->size ? MATCH_YES : MATCH_NO;
	case CONDITION_SMALLER:
		return size < c->size ? MATCH_YES : MATCH_NO;
	case CONDITION_GROUP:
		return test_group(b, c);
	}
	return MATCH_ERROR;
}

static enum match test_group(struct bench *b, const struct condition *c)
{
	enum match all = MATCH_YES, any = MATCH_NO;

	for (size_t i = 0; i < c->n_members; i++) {
		enum match match = test_condition(b, &c->members[i]);

		if (c->group == GROUP_ALL && match == MATCH_NO)
			return MATCH_NO;
		if (match == MATCH_ERROR)
			all = MATCH_ERROR;
		any = either(any, match);
		if (c->group != GROUP_ALL && any == MATCH_YES)
			break;
	}
	if (c->group == GROUP_ALL)
		return all;
	if (c->group == GROUP_ANY || any == MATCH_ERROR)
		return any;
	return any == MATCH_YES ? MATCH_NO : MATCH_YES;
}

static int expand_folder(struct bench *b, const struct rule_action *action,
			 struct buf *out)
{
	struct template_values values = {
		.message = b->input->message,
		.account = b->input->account,
		.size = b->input->size,
		.now = b->input->now,
		.names = b->rule->captures,
		.values = b->values,
		.n = b->rule->n_captures,
		.groups = b->groups,
		.n_groups = b->n_groups,
	};

	return template_expand_folder(action->template, &values, out, &b->err);
}

static int add_filing(struct bench *b, const struct rule_action *action,
		      unsigned index, struct verdict *verdict)
{
	struct buf name = BUF_INIT(VERDICT_FOLDER_MAX);
	struct verdict_action *added;

	if (expand_folder(b, action, &name) == -1) {
		verdict_set_undecided(verdict, b->err.text);
		buf_release(&name);
		return -1;
	}
	added = verdict_add(verdict, action->type->kind, name.s);
	buf_release(&name);
	if (added == NULL)
		return -1;
	added->rule = index;
	added->captured = !template_is_literal(action->template);
	/* All marks of a rule are for its folder, wherever they stand. */
	added->flags = verdict->flags;
	if (action->type->kind == ACTION_FOLDER)
		added->flags |= b->rule->flags;
	return 0;
}

/* Returns whether the journey ends here. */
static bool apply(struct bench *b, unsigned index, struct verdict *verdict)
{
	bool ends = false;

	for (size_t i = 0; i < b->rule->n_actions; i++) {
		const struct rule_action *action = &b->rule->actions[i];

		ends |= action->type->ends;
		switch (action->type->kind) {
		case ACTION_FOLDER:
		case ACTION_COPY:
			if (add_filing(b, action, index, verdict) == -1)
				return true;
			break;
		case ACTION_MARK:
			verdict->flags |= action->flags;
			break;
		case ACTION_DISCARD:
			if (verdict_add(verdict, ACTION_DISCARD, NULL) == NULL)
				return true;
			verdict->actions[verdict->n - 1].rule = index;
			break;
		case ACTION_STOP:
			break;
		}
	}
	return ends;
}

/* Returns whether the journey ends with this rule. */
static bool judge_rule(struct bench *b, unsigned index, struct verdict *verdict)
{
	struct error reason = ERROR_INIT;

	b->n_groups = 0;
	for (size_t i = 0; i < b->rule->n_captures; i++)
		b->values[i] = slice_of(NULL, 0);
	switch (test_condition(b, &b->rule->root)) {
	case MATCH_NO:
		return false;
	case MATCH_YES:
		return apply(b, index, verdict);
	case MATCH_ERROR:
		break;
	}
	reason = b->err;
	(void)error_prefix(&reason, "rule \"%.100s\"", b->rule->name);
	verdict_set_undecided(verdict, reason.text);
	return true;
}

void ruleset_judge(const struct ruleset *set, const struct rule_input *input,
		   struct verdict *verdict)
{
	struct bench b = {.set = set, .input = input};
	size_t most = 0;
	bool ended = false;

	for (size_t i = 0; i < set->n; i++)
		if (set->rules[i]->n_captures > most)
			most = set->rules[i]->n_captures;
	b.values = xcalloc(most, sizeof(*b.values));
	chain_fields(&b);
	for (size_t i = 0; i < set->n && !ended; i++) {
		b.rule = set->rules[i];
		if (b.rule->enabled)
			ended = judge_rule(&b, (unsigned)i, verdict);
	}
	free(b.first);
	free(b.next);
	free(b.values);
}
