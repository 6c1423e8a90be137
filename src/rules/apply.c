/* SPDX-License-Identifier: ISC */
/* Actions of a rule that applies: done at once, or added to the verdict. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mail/edit.h"
#include "mail/reply.h"
#include "rules/trial.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Bytes of an answer, with what the message put into it. */
#define ANSWER_MAX ((size_t)32 * 1024)

/* An action of the verdict, on the message as it is now. NULL: too many. */
static struct verdict_action *add_effect(struct trial *t,
					 const struct rule_action *action)
{
	struct verdict_action *added;
	unsigned content;

	if (!trial_record(t, &content))
		return NULL;
	added = verdict_add(t->verdict, action->type->kind, t->index);
	if (added == NULL)
		return NULL;
	added->content = content;
	added->why = xstrdup(t->matched.s);
	return added;
}

static bool add_filing(struct trial *t, const struct rule_action *action)
{
	struct buf name = BUF_INIT(VERDICT_FOLDER_MAX);
	struct template_values values = trial_values(t);
	struct verdict_action *added = NULL;

	if (template_expand_folder(action->template, &values, &name, &t->err) ==
	    -1)
		(void)trial_fail(t);
	else
		added = add_effect(t, action);
	if (added != NULL) {
		added->text = xstrdup(name.s);
		/* Marks of a rule count for its folder, even when they follow
		 * it. Copies get no tags: they stay as they came. */
		added->flags = t->verdict->flags;
		if (action->type->kind == ACTION_FOLDER) {
			added->flags |= t->rule->flags;
			added->tags = xstrdup(values.tags);
		}
	}
	buf_release(&name);
	return added != NULL;
}

static bool add_path(struct trial *t, const struct rule_action *action)
{
	struct buf path = BUF_INIT(VERDICT_TEXT_MAX);
	struct template_values values = trial_values(t);
	struct verdict_action *added = NULL;

	if (template_expand_path(action->template, &values, &path, &t->err) ==
	    -1)
		(void)trial_fail(t);
	else
		added = add_effect(t, action);
	if (added != NULL)
		added->text = xstrdup(path.s);
	buf_release(&path);
	return added != NULL;
}

/* Text for a person or a header field, cut to `max` bytes. */
static char *expand_text(struct trial *t, const struct template *template,
			 size_t max)
{
	struct buf text = BUF_INIT(TRIAL_VALUE_MAX);

	trial_expand(t, template, &text);
	if (text.len > max)
		buf_truncate(&text, max);
	return buf_detach(&text);
}

static bool add_log(struct trial *t, const struct rule_action *action)
{
	struct verdict_action *added = add_effect(t, action);

	if (added != NULL)
		added->text =
			expand_text(t, action->template, VERDICT_TEXT_MAX);
	return added != NULL;
}

static bool add_command(struct trial *t, const struct rule_action *action)
{
	char **argv = NULL;
	struct verdict_action *added = NULL;

	if (!trial_argv(t, &action->argv, &argv))
		(void)trial_fail(t);
	else
		added = add_effect(t, action);
	if (added == NULL) {
		strings_free(argv);
		return false;
	}
	added->argv = argv;
	added->environment = trial_environment(t);
	return true;
}

static bool add_forward(struct trial *t, const struct rule_action *action)
{
	struct verdict_action *added = add_effect(t, action);
	size_t n = 0;

	if (added == NULL)
		return false;
	while (action->addresses[n] != NULL)
		n++;
	added->argv = xcalloc(n + 1, sizeof(*added->argv));
	for (size_t i = 0; i < n; i++)
		added->argv[i] = xstrdup(action->addresses[i]);
	return true;
}

static bool is_answered(const struct verdict *v)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->actions[i].kind == ACTION_VACATION)
			return true;
	return false;
}

static void tell_answer(struct trial *t, const struct rule_action *action,
			const char *reason, const char *to)
{
	struct buf text = BUF_INIT(REPLY_ADDRESS_MAX + 64);

	if (reason == NULL)
		buf_addstr(&text, to);
	else
		buf_addf(&text, "no answer, %s", reason);
	why_action(t, action, text.s);
	buf_release(&text);
}

/* The sorter looks at the message once more before it sends an answer. */
static bool add_vacation(struct trial *t, const struct rule_action *action)
{
	char **words = rule_vacation_words(t->rule, action);
	const char *reason = NULL;
	struct verdict_action *added;
	struct reply_route route;

	if (is_answered(t->verdict))
		reason = "an earlier rule answers";
	else
		reason = reply_check(t->input->message, words + 2, &route);
	tell_answer(t, action, reason, route.to);
	added = reason == NULL ? add_effect(t, action) : NULL;
	if (added != NULL) {
		char *text = expand_text(t, action->template, ANSWER_MAX);

		strings_add(&added->argv, text);
		for (size_t i = 0; words[i] != NULL; i++)
			strings_add(&added->argv, words[i]);
		free(text);
	}
	strings_free(words);
	return reason != NULL || added != NULL;
}

/* Text of the message that is not a valid tag is ignored, not an error. */
static void change_tag(struct trial *t, const struct rule_action *action)
{
	char *text = expand_text(t, action->template, TRIAL_VALUE_MAX);
	struct slice tag = slice_str(text);
	struct error ignored = ERROR_INIT;

	why_action(t, action, text);
	if (tags_check(tag, &ignored) == 0) {
		bool sets = action->type->kind == ACTION_TAG;

		(void)tags_add(sets ? &t->tags : &t->removed, tag);
		tags_remove(sets ? &t->removed : &t->tags, tag);
	}
	free(text);
}

/* Continue with the new header, which is in t->spare. */
static void replace_header(struct trial *t)
{
	struct message *m = t->input->message;
	const char *const *fallback = m->fallback;
	const struct slice beyond = m->beyond;
	struct buf old = t->header;

	trial_keep_captures(t);
	message_release(m);
	t->header = t->spare;
	t->spare = old;
	message_init(m, buf_slice(&t->header), fallback);
	m->beyond = beyond;
	t->edited = true;
	t->recorded = false;
	trial_index(t);
}

static bool change_header(struct trial *t, const struct rule_action *action)
{
	struct edit edit = {.name = slice_str(action->name)};
	char *value = NULL;

	edit.kind = action->type->kind == ACTION_SET_HEADER   ? EDIT_SET
		    : action->type->kind == ACTION_ADD_HEADER ? EDIT_ADD
							      : EDIT_REMOVE;
	if (action->template != NULL)
		value = expand_text(t, action->template, TRIAL_VALUE_MAX);
	if (value != NULL)
		edit.value = slice_str(value);
	why_action(t, action, value == NULL ? "" : value);
	buf_clear(&t->spare);
	edit_header(t->input->message->header, &edit, &t->spare);
	free(value);
	if (t->spare.full) {
		(void)error_set(&t->err, ERR_MESSAGE,
				"the header has grown beyond %zu bytes",
				CONTENT_HEADER_MAX);
		return trial_fail(t);
	}
	replace_header(t);
	return true;
}

/* Continue with the new message, which the host has put into t->input. */
static void take_filtered(struct trial *t)
{
	t->source = ++t->n_sources;
	t->edited = false;
	t->recorded = false;
	t->header_size = t->input->message->header.len;
	view_release(&t->view);
	trial_index(t);
}

static bool run_filter(struct trial *t, const struct rule_action *action)
{
	struct request request = {.kind = REQUEST_FILTER,
				  .rule = t->index,
				  .must = t->rule->filter_must};
	struct reply reply = {.answer = MATCH_ERROR, .fd = -1};

	if (t->n_sources == SOURCES_MAX)
		(void)snprintf(reply.reason, sizeof(reply.reason),
			       "the message goes through more than %d filters",
			       SOURCES_MAX);
	else if (!trial_safe_argv(t, &action->argv, &request.argv))
		(void)snprintf(reply.reason, sizeof(reply.reason), "%.200s",
			       t->err.text);
	else {
		request.environment = trial_environment(t);
		trial_content(t, &request.content);
		trial_keep_captures(t);
		t->input->host->ask(t->input->host->context, &request, &reply);
	}
	why_action(t, action,
		   reply.answer == MATCH_YES && request.argv != NULL
			   ? request.argv[0]
			   : "changed nothing");
	request_release(&request);
	if (reply.answer == MATCH_YES)
		take_filtered(t);
	if (reply.answer != MATCH_ERROR)
		return true;
	(void)error_set(&t->err, ERR_MESSAGE, "%s", reply.reason);
	if (!reply.postpone)
		return trial_fail(t);
	verdict_set_postponed(t->verdict, reply.reason);
	return false;
}

/* Must the message wait? Not when it has been here long enough. */
static bool hold(struct trial *t, const struct rule_action *action)
{
	int64_t here = (int64_t)(t->input->now - t->input->received);

	if (here >= action->seconds)
		return false;
	verdict_set_hold(t->verdict, action->seconds - here);
	return true;
}

/*
 * Switches on the value, so that a new action of a known value needs no change
 * here. False: the verdict is final, and the remaining actions are skipped.
 */
static bool apply_one(struct trial *t, const struct rule_action *action)
{
	bool has_effect = action->type->has_effect;

	switch (action->type->value) {
	case ACTION_VALUE_FOLDER:
		return add_filing(t, action);
	case ACTION_VALUE_FLAGS:
		why_action(t, action, action->text);
		t->verdict->flags |= action->flags;
		return true;
	case ACTION_VALUE_YES:
		return !has_effect || add_effect(t, action) != NULL;
	case ACTION_VALUE_TAGS:
		change_tag(t, action);
		return true;
	case ACTION_VALUE_HEADER:
	case ACTION_VALUE_NAME:
		return change_header(t, action);
	case ACTION_VALUE_ARGV:
		return has_effect ? add_command(t, action)
				  : run_filter(t, action);
	case ACTION_VALUE_ADDRESS:
		return add_forward(t, action);
	case ACTION_VALUE_TEXT:
		return add_log(t, action);
	case ACTION_VALUE_DIRECTORY:
		return add_path(t, action);
	case ACTION_VALUE_DURATION:
		return !hold(t, action);
	case ACTION_VALUE_ANSWER:
		return add_vacation(t, action);
	}
	return true;
}

bool apply_rule(struct trial *t)
{
	for (size_t i = 0; i < t->rule->n_actions; i++)
		if (!apply_one(t, &t->rule->actions[i]))
			return true;
	return rule_ends(t->rule);
}
