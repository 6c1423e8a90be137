/* SPDX-License-Identifier: ISC */
#include "rules/verdict.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mail/flags.h"
#include "rules/folder.h"
#include "util/flat.h"
#include "util/xalloc.h"

#include "util/banned.h"

#define FLAGS_ALL (FLAG_DRAFT | FLAG_FLAGGED | FLAG_ANSWERED | FLAG_SEEN)

/* Bytes of the explanation of one rule. */
#define TRACE_MAX (64 * 1024)

/* Rules that one explanation has. */
#define TRACES_MAX 100000

/* Nanoseconds of one rule; the judge is killed long before. */
#define NS_MAX ((uint64_t)1000 * 1000000000)

/* A hundred years in seconds. */
#define HOLD_MAX ((uint64_t)36600 * 24 * 3600)

void verdict_init(struct verdict *v)
{
	memset(v, 0, sizeof(*v));
	v->contents = xcalloc(1, sizeof(*v->contents));
	v->n_contents = 1;
	v->tags = xstrdup("");
	v->untags = xstrdup("");
}

static void release_action(struct verdict_action *action)
{
	free(action->text);
	free(action->tags);
	free(action->why);
	strings_free(action->argv);
	strings_free(action->environment);
}

static void clear_actions(struct verdict *v)
{
	for (size_t i = 0; i < v->n; i++)
		release_action(&v->actions[i]);
	free(v->actions);
	v->actions = NULL;
	v->n = 0;
	v->decided = false;
	v->flags = 0;
	v->content = 0;
	v->tags[0] = '\0';
	v->untags[0] = '\0';
	v->n_matched = 0;
}

void verdict_release(struct verdict *v)
{
	/* The last of its strings that is decoded. */
	if (v->untags != NULL)
		clear_actions(v);
	for (size_t i = 0; i < v->n_contents; i++)
		content_release(&v->contents[i]);
	for (size_t i = 0; i < v->n_trace; i++)
		free(v->trace[i].why);
	free(v->contents);
	free(v->matched);
	free(v->trace);
	free(v->tags);
	free(v->untags);
	memset(v, 0, sizeof(*v));
}

struct verdict_action *verdict_add(struct verdict *v, enum action_kind kind,
				   unsigned rule)
{
	struct verdict_action *action;

	if (v->n == VERDICT_ACTIONS_MAX) {
		verdict_set_undecided(v,
				      "the rules want more than 256 actions");
		return NULL;
	}
	xgrow(&v->actions, v->n, sizeof(*v->actions));
	action = &v->actions[v->n++];
	memset(action, 0, sizeof(*action));
	action->kind = kind;
	action->rule = rule;
	v->decided |= kind == ACTION_FOLDER || kind == ACTION_DISCARD;
	return action;
}

void verdict_set_undecided(struct verdict *v, const char *reason)
{
	clear_actions(v);
	v->undecided = true;
	(void)snprintf(v->reason, sizeof(v->reason), "%s", reason);
}

void verdict_set_postponed(struct verdict *v, const char *reason)
{
	clear_actions(v);
	v->postponed = true;
	(void)snprintf(v->reason, sizeof(v->reason), "%s", reason);
}

void verdict_set_hold(struct verdict *v, int64_t seconds)
{
	clear_actions(v);
	v->hold = seconds;
}

void verdict_add_match(struct verdict *v, unsigned rule)
{
	xgrow(&v->matched, v->n_matched, sizeof(*v->matched));
	v->matched[v->n_matched++] = rule;
}

void verdict_add_trace(struct verdict *v, unsigned rule, enum outcome outcome,
		       const char *why)
{
	struct verdict_trace *trace;

	if (v->n_trace == TRACES_MAX)
		return;
	xgrow(&v->trace, v->n_trace, sizeof(*v->trace));
	trace = &v->trace[v->n_trace++];
	trace->rule = rule;
	trace->outcome = outcome;
	trace->why = xmemdup0(why, strnlen(why, TRACE_MAX));
	trace->ns = 0;
}

static void encode_action(const struct verdict_action *action, struct buf *out)
{
	flat_put_number(out, (uint64_t)action->kind);
	flat_put_number(out, action->rule);
	flat_put_number(out, action->flags);
	flat_put_number(out, action->content);
	flat_put_string(out, action->text);
	flat_put_string(out, action->tags);
	flat_put_string(out, action->why);
	flat_put_strings(out, action->argv);
	flat_put_strings(out, action->environment);
}

void verdict_encode(const struct verdict *v, struct buf *out)
{
	flat_put_number(out, v->undecided);
	flat_put_number(out, v->postponed);
	flat_put_number(out, (uint64_t)v->hold);
	flat_put_number(out, v->flags);
	flat_put_number(out, v->content);
	flat_put_string(out, v->tags);
	flat_put_string(out, v->untags);
	flat_put_string(out, v->reason);
	flat_put_number(out, v->in_part);
	flat_put_number(out, v->has_key);
	flat_put_bytes(out, slice_of((const char *)v->key, HASH_SIZE));
	flat_put_number(out, v->n_contents);
	for (size_t i = 0; i < v->n_contents; i++)
		content_encode(&v->contents[i], out);
	flat_put_number(out, v->n);
	for (size_t i = 0; i < v->n; i++)
		encode_action(&v->actions[i], out);
	flat_put_number(out, v->n_matched);
	for (size_t i = 0; i < v->n_matched; i++)
		flat_put_number(out, v->matched[i]);
	flat_put_number(out, v->n_trace);
	for (size_t i = 0; i < v->n_trace; i++) {
		flat_put_number(out, v->trace[i].rule);
		flat_put_number(out, (uint64_t)v->trace[i].outcome);
		flat_put_string(out, v->trace[i].why);
		flat_put_number(out, v->trace[i].ns);
	}
}

static bool text_fits(const struct verdict_action *action)
{
	enum action_value value = action_of(action->kind)->value;
	struct error ignored = ERROR_INIT;

	if (value == ACTION_VALUE_FOLDER)
		return strlen(action->text) <= VERDICT_FOLDER_MAX &&
		       folder_check(slice_str(action->text), &ignored) == 0;
	if (value == ACTION_VALUE_ANSWER)
		return action->argv[0] != NULL && action->argv[1] != NULL &&
		       action->argv[2] != NULL && action->argv[3] != NULL;
	if (value == ACTION_VALUE_ARGV || value == ACTION_VALUE_ADDRESS)
		return action->argv[0] != NULL;
	return value != ACTION_VALUE_DIRECTORY || action->text[0] == '/';
}

static bool get_action(struct slice *rest, unsigned n_rules,
		       struct verdict *out)
{
	struct verdict_action *action;
	uint64_t kind, rule, flags, content;

	if (!flat_number(rest, ACTION_COUNT - 1, &kind) ||
	    !action_of((enum action_kind)kind)->has_effect ||
	    !flat_number(rest, n_rules - 1, &rule) ||
	    !flat_number(rest, FLAGS_ALL, &flags) ||
	    !flat_number(rest, out->n_contents - 1, &content))
		return false;
	action = verdict_add(out, (enum action_kind)kind, (unsigned)rule);
	if (action == NULL)
		return false;
	action->flags = (unsigned)flags;
	action->content = (unsigned)content;
	return flat_string(rest, VERDICT_TEXT_MAX, &action->text) &&
	       flat_string(rest, VERDICT_TAGS_MAX, &action->tags) &&
	       flat_string(rest, VERDICT_WHY_MAX, &action->why) &&
	       flat_strings(rest, ARGV_MAX, ARGUMENT_MAX, &action->argv) &&
	       flat_strings(rest, ARGV_MAX, ARGUMENT_MAX,
			    &action->environment) &&
	       text_fits(action);
}

static bool get_contents(struct slice *rest, unsigned n_sources,
			 struct verdict *out)
{
	uint64_t n;

	if (!flat_number(rest, VERDICT_CONTENTS_MAX, &n) || n == 0)
		return false;
	content_release(&out->contents[0]);
	out->n_contents = 0;
	for (uint64_t i = 0; i < n; i++) {
		xgrow(&out->contents, out->n_contents, sizeof(*out->contents));
		if (!content_decode(rest, n_sources,
				    &out->contents[out->n_contents])) {
			content_release(&out->contents[out->n_contents]);
			return false;
		}
		out->n_contents++;
	}
	return true;
}

static bool get_trace(struct slice *rest, unsigned n_rules, struct verdict *out)
{
	uint64_t rule, outcome, ns;
	char *why = NULL;
	bool good = flat_number(rest, n_rules - 1, &rule) &&
		    flat_number(rest, OUTCOME_SKIPPED, &outcome) &&
		    flat_string(rest, TRACE_MAX, &why) &&
		    flat_number(rest, NS_MAX, &ns);

	if (good) {
		verdict_add_trace(out, (unsigned)rule, (enum outcome)outcome,
				  why);
		out->trace[out->n_trace - 1].ns = ns;
	}
	free(why);
	return good;
}

/* The rules that applied, and the trace. */
static bool get_rules(struct slice *rest, unsigned n_rules, struct verdict *out)
{
	uint64_t n, rule;

	if (!flat_number(rest, n_rules, &n))
		return false;
	for (uint64_t i = 0; i < n; i++) {
		if (!flat_number(rest, n_rules - 1, &rule))
			return false;
		verdict_add_match(out, (unsigned)rule);
	}
	if (!flat_number(rest, TRACES_MAX, &n) || (n > 0 && n_rules == 0))
		return false;
	for (uint64_t i = 0; i < n; i++)
		if (!get_trace(rest, n_rules, out))
			return false;
	return true;
}

static bool get_head(struct slice *rest, struct verdict *out)
{
	uint64_t undecided, postponed, hold, flags, content, in_part, has_key;
	struct slice key;
	char *reason;

	free(out->tags);
	free(out->untags);
	out->tags = out->untags = NULL;
	if (!flat_number(rest, 1, &undecided) ||
	    !flat_number(rest, 1, &postponed) ||
	    !flat_number(rest, HOLD_MAX, &hold) ||
	    !flat_number(rest, FLAGS_ALL, &flags) ||
	    !flat_number(rest, VERDICT_CONTENTS_MAX - 1, &content) ||
	    !flat_string(rest, VERDICT_TAGS_MAX, &out->tags) ||
	    !flat_string(rest, VERDICT_TAGS_MAX, &out->untags) ||
	    !flat_string(rest, sizeof(out->reason) - 1, &reason))
		return false;
	(void)snprintf(out->reason, sizeof(out->reason), "%s", reason);
	free(reason);
	out->undecided = undecided == 1;
	out->postponed = postponed == 1;
	out->hold = (int64_t)hold;
	out->flags = (unsigned)flags;
	out->content = (unsigned)content;
	if (!flat_number(rest, 1, &in_part) ||
	    !flat_number(rest, 1, &has_key) ||
	    !flat_bytes(rest, HASH_SIZE, &key) || key.len != HASH_SIZE)
		return false;
	out->in_part = in_part == 1;
	out->has_key = has_key == 1;
	memcpy(out->key, key.p, HASH_SIZE);
	return true;
}

static bool get_verdict(struct slice rest, unsigned n_rules, unsigned n_sources,
			struct verdict *out)
{
	bool set_aside;
	uint64_t n;

	if (!get_head(&rest, out) || !get_contents(&rest, n_sources, out) ||
	    out->content >= out->n_contents ||
	    !flat_number(&rest, VERDICT_ACTIONS_MAX, &n))
		return false;
	set_aside = out->undecided || out->postponed || out->hold > 0;
	if (n > 0 && (set_aside || n_rules == 0))
		return false;
	for (uint64_t i = 0; i < n; i++)
		if (!get_action(&rest, n_rules, out))
			return false;
	return get_rules(&rest, n_rules, out) && rest.len == 0;
}

int verdict_decode(struct slice bytes, unsigned n_rules, unsigned n_sources,
		   struct verdict *out, struct error *err)
{
	verdict_init(out);
	if (get_verdict(bytes, n_rules, n_sources, out))
		return 0;
	verdict_release(out);
	verdict_init(out);
	return error_set(err, ERR_MESSAGE, "the judge's answer is malformed");
}
