/* SPDX-License-Identifier: ISC */
#include "sort/batch.h"

#include <stdlib.h>

#include "rules/ruleset.h"
#include "sort/counts.h"
#include "sort/decide.h"
#include "sort/events.h"
#include "sort/files.h"
#include "sort/internal.h"
#include "sort/news.h"
#include "sort/plan.h"
#include "sort/record.h"
#include "sort/step.h"
#include "sort/suspect.h"
#include "sort/time_left.h"
#include "sort/trouble.h"
#include "state/duplicate.h"
#include "state/history.h"
#include "util/clock.h"

#include "util/banned.h"

/*
 * Make new folders at once, so that the next message for one of them does not
 * count it again. Returns how many are new. A folder that cannot be made is
 * reported when it is used.
 */
static int64_t make_folders(struct sorter *s, const struct plan *plan)
{
	struct error ignored = ERROR_INIT;
	int64_t n = 0;

	for (size_t i = 0; i < plan->n; i++) {
		if (!plan->steps[i].new_folder)
			continue;
		(void)maildir_folder(s->maildir, plan->steps[i].folder,
				     &ignored);
		n++;
	}
	return n;
}

/*
 * Decide the batch. When the time is over, the rest stays in the spool as it
 * is.
 */
static int decide(struct sorter *s, struct batch *b, struct error *err)
{
	struct plan_context context = {
		.options = &s->options,
		.maildir = s->maildir,
		.now = clock_calendar_s(),
	};
	int64_t made;
	int rc = 0;

	sort_keys_clear(&b->known);
	b->n_files = 0;
	b->n_foreseen = 0;
	if (state_count_folders(s->state, context.now, &made, err) == -1)
		return -1;
	context.folders_left = NEW_FOLDERS_A_DAY - made;
	for (size_t i = 0; rc == 0 && i < b->n; i++) {
		struct decision *d = &b->decisions[i];

		if (i > 0 && time_left_is_over(&s->time)) {
			b->n = i;
			s->drain.after = b->decisions[i - 1].message.id;
			break;
		}
		sorter_foresee(s, &context, b, i);
		rc = sorter_decide(s, &context, b, d, err);
		if (rc == 0)
			context.folders_left -= make_folders(s, &d->plan);
	}
	suspect_clear(s->lock_fd);
	sorter_forget_foreseen(s, b);
	return rc;
}

static int store_steps(struct sorter *s, const struct plan *plan, int64_t now,
		       struct error *err)
{
	for (size_t i = 0; i < plan->n; i++) {
		const struct delivery *step = &plan->steps[i];

		if (state_add_delivery(s->state, step, err) == -1)
			return -1;
		if (step->new_folder &&
		    state_add_folder(s->state, step->folder, now, err) == -1)
			return -1;
	}
	return 0;
}

static int store_decision(struct sorter *s, const struct decision *d,
			  int64_t now, struct error *err)
{
	const struct history history = {d->summary, d->id, s->drain.run};
	int64_t id = d->message.id;

	if (d->plan.hold_until != 0)
		return state_set_hold(s->state, id, d->plan.hold_until,
				      d->plan.tries, &history, err);
	if (d->plan.n == 0)
		return 0;
	if (state_clear_plan(s->state, id, err) == -1 ||
	    store_steps(s, &d->plan, now, err) == -1 ||
	    (plan_stays(&d->plan) && state_set_stays(s->state, id, err) == -1))
		return -1;
	if (d->has_key && ruleset_uses_duplicates(s->options.rules) &&
	    state_add_duplicate(s->state, d->key, id, now, err) == -1)
		return -1;
	return state_set_planned(s->state, id, &history, err);
}

static int store_batch(struct sorter *s, const struct batch *b,
		       struct error *err)
{
	int64_t now = clock_calendar_s();

	if (s->drain.run == 0 &&
	    (state_new_run(s->state, now, &s->drain.run, err) == -1 ||
	     state_forget_history(s->state, now, err) == -1 ||
	     sorter_know_rules(s, now, err) == -1))
		return -1;
	for (size_t i = 0; i < b->n; i++)
		if (store_decision(s, &b->decisions[i], now, err) == -1)
			return -1;
	return sorter_count_rules(s, b, now, err);
}

/* From here on the plans hold, whatever happens to the rules or the process. */
static int freeze(struct sorter *s, struct batch *b, struct error *err)
{
	if (sorter_sync_files(s, b, err) == -1 ||
	    state_begin(s->state, err) == -1)
		return -1;
	if (state_end(s->state, store_batch(s, b, err), err) == 0)
		return 0;
	s->drain.run = 0; /* it may not have been stored */
	return -1;
}

static int perform_one(struct sorter *s, const struct delivery *step,
		       struct error *err)
{
	struct maildir_item item = sorter_item(s, step);
	struct maildir_folder *folder;

	if (!step_kind_of(step->kind)->is_filing)
		return 0;
	folder = maildir_folder(s->maildir, step->folder, err);
	return folder == NULL ? -1 : maildir_deliver(folder, &item, err);
}

static void perform(struct sorter *s, struct delivery *steps, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct error err = ERROR_INIT;

		if (DELIVERY_IS_COMMAND(steps[i].kind))
			continue;
		steps[i].done = perform_one(s, &steps[i], &err) == 0;
		if (!steps[i].done)
			sorter_step_failed(s, &err);
	}
}

static int record_batch(struct sorter *s, struct batch *b, struct error *err)
{
	for (size_t i = 0; i < b->n; i++) {
		const struct plan *plan = &b->decisions[i].plan;

		if (sorter_record(s, plan->steps, plan->n, err) == -1)
			return -1;
	}
	return 0;
}

/* Make the links durable, then "done" (T2), then remove what is not needed. */
static int finish(struct sorter *s, struct batch *b, struct error *err)
{
	if (maildir_sync(s->maildir, err) == -1 ||
	    state_begin(s->state, err) == -1)
		return -1;
	if (state_end(s->state, record_batch(s, b, err), err) == -1)
		return -1;
	for (size_t i = 0; i < b->n; i++) {
		const struct decision *d = &b->decisions[i];

		sorter_remove_files(s, d->plan.steps, d->plan.n);
		sorter_emit(s, d->plan.steps, d->plan.n, d);
		sorter_add_news(s, d->plan.steps, d->plan.n);
	}
	return 0;
}

static int sort_batch(struct sorter *s, struct batch *b, struct error *err)
{
	if (decide(s, b, err) == -1 || freeze(s, b, err) == -1)
		return -1;
	for (size_t i = 0; i < b->n; i++)
		perform(s, b->decisions[i].plan.steps, b->decisions[i].plan.n);
	return finish(s, b, err);
}

static void release_plans(struct batch *b)
{
	for (size_t i = 0; i < b->n; i++) {
		plan_release(&b->decisions[i].plan);
		free(b->decisions[i].matched);
		free(b->decisions[i].about);
		b->decisions[i].matched = NULL;
		b->decisions[i].about = NULL;
	}
}

int sorter_sort_batch(struct sorter *s, struct batch *b, struct error *err)
{
	int rc = sort_batch(s, b, err);

	release_plans(b);
	return rc;
}
