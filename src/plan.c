/* SPDX-License-Identifier: ISC */
#include "plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action.h"
#include "util/clock.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* A rule's name, file and line, for records. */
#define RULE_TEXT_MAX 512

const char *plan_inbox(const struct sort_options *options, const char *name)
{
	for (size_t i = 0; i < options->n_accounts; i++)
		if (strcmp(options->accounts[i].name, name) == 0 &&
		    options->accounts[i].inbox != NULL)
			return options->accounts[i].inbox;
	return "Inbox";
}

static char *describe_rule(const struct ruleset *rules, unsigned i)
{
	struct buf text = BUF_INIT(RULE_TEXT_MAX);

	buf_addf(&text, "rule \"%.200s\", %.200s:%d",
		 ruleset_rule_name(rules, i), ruleset_rule_file(rules, i),
		 ruleset_rule_line(rules, i));
	return buf_detach(&text);
}

static struct delivery *add_step(struct plan *plan, enum delivery_kind kind)
{
	struct delivery *step;

	xgrow(&plan->steps, plan->n, sizeof(*plan->steps));
	step = &plan->steps[plan->n];
	memset(step, 0, sizeof(*step));
	step->n = (int)plan->n++;
	step->kind = kind;
	return step;
}

/* The name in the Maildir: fixed now, so that a retry finds its own file. */
static char *make_base(const struct queued *message, int n)
{
	char base[MAILDIR_BASE_MAX];

	maildir_base(base, clock_calendar_us(), message->key, message->sha256,
		     (unsigned)n, message->size);
	return xstrdup(base);
}

static void add_filing(struct plan *plan, const struct queued *message,
		       enum delivery_kind kind, const char *folder,
		       unsigned flags)
{
	struct delivery *step = add_step(plan, kind);

	step->folder = xstrdup(folder);
	step->flags = flags;
	step->base = make_base(message, step->n);
}

static void clear_steps(struct plan *plan)
{
	for (size_t i = 0; i < plan->n; i++)
		delivery_release(&plan->steps[i]);
	plan->n = 0;
}

/* Whatever was planned, it goes to the fallback folder instead. */
static void fall_back(struct plan *plan, const struct plan_context *context,
		      const struct queued *message, const char *reason)
{
	clear_steps(plan);
	(void)snprintf(plan->trouble, sizeof(plan->trouble), "%s", reason);
	add_filing(plan, message, DELIVERY_FOLDER, context->options->undecided,
		   0);
	plan->steps[0].rule = xstrdup(plan->trouble);
}

/*
 * A name that a message brought must fit a file system, and may create a
 * folder only so often. NULL: it may; else why not.
 */
static const char *refuse_folder(const struct plan *plan,
				 const struct plan_context *context,
				 const struct verdict_action *action,
				 bool *is_new)
{
	int64_t left = context->folders_left;

	*is_new = false;
	if (!action->captured || context->maildir == NULL)
		return NULL;
	if (!maildir_fits(context->maildir, action->folder))
		return "the folder's name is too long";
	if (maildir_exists(context->maildir, action->folder))
		return NULL;
	*is_new = true;
	for (size_t i = 0; i < plan->n; i++)
		left -= plan->steps[i].new_folder;
	return left > 0 ? NULL
			: "200 folders were made in a day for names found in "
			  "messages";
}

static const char *add_action(struct plan *plan,
			      const struct plan_context *context,
			      const struct queued *message,
			      const struct verdict_action *action)
{
	const char *refused;
	bool is_new = false;

	if (action->kind == ACTION_DISCARD) {
		(void)add_step(plan, DELIVERY_DISCARD);
	} else {
		refused = refuse_folder(plan, context, action, &is_new);
		if (refused != NULL)
			return refused;
		add_filing(plan, message,
			   action->kind == ACTION_COPY ? DELIVERY_COPY
						       : DELIVERY_FOLDER,
			   action->folder, action->flags);
	}
	plan->steps[plan->n - 1].new_folder = is_new;
	plan->steps[plan->n - 1].rule =
		describe_rule(context->options->rules, action->rule);
	return NULL;
}

void plan_make(struct plan *plan, const struct plan_context *context,
	       const struct queued *message, const struct verdict *verdict)
{
	memset(plan, 0, sizeof(*plan));
	if (verdict->undecided) {
		fall_back(plan, context, message, verdict->reason);
		return;
	}
	for (size_t i = 0; i < verdict->n; i++) {
		const char *refused = add_action(plan, context, message,
						 &verdict->actions[i]);

		if (refused == NULL)
			continue;
		fall_back(plan, context, message, refused);
		return;
	}
	if (!verdict->decided) {
		add_filing(plan, message, DELIVERY_FOLDER,
			   plan_inbox(context->options, message->account),
			   verdict->flags);
		plan->steps[plan->n - 1].rule = xstrdup("no rule decided");
	}
}

void plan_release(struct plan *plan)
{
	clear_steps(plan);
	free(plan->steps);
	memset(plan, 0, sizeof(*plan));
}

void plan_describe(const struct plan *plan, struct buf *out)
{
	for (size_t i = 0; i < plan->n; i++) {
		const struct delivery *step = &plan->steps[i];
		char letters[8];

		buf_addstr(out, i == 0 ? "" : ", ");
		maildir_flag_letters(step->flags, letters);
		if (step->kind == DELIVERY_DISCARD)
			buf_addstr(out, "discarded");
		else
			buf_addf(out, "%s %s%s%s",
				 step->kind == DELIVERY_COPY ? "copy →" : "→",
				 step->folder, step->flags ? " " : "", letters);
		buf_addf(out, " (%s)", step->rule == NULL ? "" : step->rule);
	}
}
