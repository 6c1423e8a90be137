/* SPDX-License-Identifier: ISC */
#include "sort/commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sort/command_failures.h"
#include "sort/fallback.h"
#include "sort/forged.h"
#include "sort/internal.h"
#include "sort/plan.h"
#include "sort/record.h"
#include "sort/step.h"
#include "sort/suspect.h"
#include "sort/time_left.h"
#include "sort/trouble.h"
#include "state/command.h"
#include "tell/report.h"
#include "util/clock.h"
#include "util/io.h"
#include "util/log.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Steps read from the state at a time. */
#define STEPS_MAX 64

/*
 * A command that crashed waits longer, 16 and 32 minutes: as after so many more
 * tries.
 */
#define CRASH_REST 4

/* The bytes of a step: its own, or those of its message. */
static int open_bytes(struct sorter *s, const struct delivery *step,
		      struct error *err)
{
	return spool_read(&s->spool,
			  step->spool != NULL ? step->spool : step->source,
			  err);
}

static struct step_tools tools_of(struct sorter *s)
{
	return (struct step_tools){&s->options, &s->spool, s->state,
				   sorter_interrupted, s};
}

static void run_step(struct sorter *s, const struct delivery *step,
		     struct ending *ending)
{
	const struct step_tools tools = tools_of(s);
	struct error err = ERROR_INIT;
	int fd = open_bytes(s, step, &err);

	memset(ending, 0, sizeof(*ending));
	if (fd == -1) {
		ending->how =
			err.kind == ERR_MESSAGE ? ENDED_LOST : ENDED_LATER;
		(void)snprintf(ending->why, sizeof(ending->why), "%s",
			       err.text);
		return;
	}
	step_kind_of(step->kind)->run(&tools, step, fd, ending);
	io_close_quietly(&fd);
}

static struct stuck *stuck_of(struct sorter *s, const char *rule)
{
	for (size_t i = 0; i < s->commands.n_stuck; i++)
		if (strcmp(s->commands.stuck[i].rule, rule) == 0)
			return &s->commands.stuck[i];
	xgrow(&s->commands.stuck, s->commands.n_stuck,
	      sizeof(*s->commands.stuck));
	s->commands.stuck[s->commands.n_stuck] =
		(struct stuck){xstrdup(rule), 0};
	return &s->commands.stuck[s->commands.n_stuck++];
}

/* The step has ended, well or badly: record that in one transaction. */
static int close_step(struct sorter *s, struct delivery *step,
		      const char *trouble, struct error *err)
{
	int rc = 0;

	step->done = true;
	if (state_begin(s->state, err) == -1)
		return -1;
	/* It succeeded: forget why earlier tries failed. */
	if (trouble != NULL || step->tries > 0)
		rc = state_set_trouble(s->state, step, trouble, err);
	if (rc == 0)
		rc = sorter_record(s, step, 1, err);
	if (state_end(s->state, rc, err) == -1)
		return -1;
	sorter_remove_files(s, step, 1);
	return 0;
}

static int try_later(struct sorter *s, struct delivery *step,
		     const struct ending *ending, struct error *err)
{
	int64_t wait =
		plan_pause(step->tries + (ending->crashed ? CRASH_REST : 0));

	step->tries++;
	s->result->failed++;
	command_failed_later(s, step, ending->why, wait);
	return state_set_retry(s->state, step, clock_calendar_s() + wait,
			       ending->why, err);
}

/*
 * File the message into the fallback folder unless another step files it: it
 * must be somewhere.
 */
static int give_up(struct sorter *s, struct delivery *step,
		   const struct ending *ending, struct error *err)
{
	bool filed = false;
	int rc = sorter_file_failed(s, step, ending->why, &filed, err);

	if (rc != 1)
		return rc == -1 ? -1 : try_later(s, step, ending, err);
	command_failed_last(s, step, ending->why, filed);
	return close_step(s, step, ending->why, err);
}

/* May it run once more? A command that crashes gets fewer tries. */
static bool may_try_again(const struct delivery *step,
			  const struct ending *ending)
{
	int most = ending->crashed ? PLAN_CRASHES_MAX : PLAN_TRIES_MAX;

	return ending->how == ENDED_LATER && step->tries + 1 < most;
}

/* A step that three sorters died of is not run again. */
static void run_unless_deadly(struct sorter *s, const struct delivery *step,
			      struct ending *ending)
{
	if (step->crashes < PLAN_CRASHES_MAX && step->tries < PLAN_TRIES_MAX) {
		run_step(s, step, ending);
		return;
	}
	memset(ending, 0, sizeof(*ending));
	ending->how = ENDED_BADLY;
	(void)snprintf(ending->why, sizeof(ending->why),
		       "it was killed from outside too often");
}

static int run_one(struct sorter *s, struct delivery *step, struct error *err)
{
	struct stuck *stuck = stuck_of(s, step->rule == NULL ? "" : step->rule);
	struct ending ending;
	char *who;
	int rc;

	if (stuck->timeouts >= TIMEOUTS_MAX)
		return 0;
	run_unless_deadly(s, step, &ending);
	s->commands.has_run = true;
	stuck->timeouts = ending.timeout ? stuck->timeouts + 1 : 0;
	if (may_try_again(step, &ending))
		return try_later(s, step, &ending, err);
	if (ending.how != ENDED_WELL && ending.how != ENDED_LOST)
		return give_up(s, step, &ending, err);
	who = command_whose(step);
	if (ending.how == ENDED_LOST) {
		rc = sorter_lost(s, who, step->message, ending.why, err);
	} else {
		log_info("%s: done", who);
		rc = close_step(s, step, NULL, err);
	}
	free(who);
	return rc;
}

/*
 * New mail goes before commands. One command is run each time, though: a stream
 * of mail must not keep them waiting for ever.
 */
static bool must_stop(struct sorter *s)
{
	if (s->commands.has_run && time_left_has_new_mail(&s->time))
		s->commands.gives_way = true;
	return s->commands.gives_way || time_left_is_over(&s->time);
}

/*
 * A command of the user may kill us, or get us killed. When a signal from
 * elsewhere ends us, sorter_interrupted() clears the suspicion.
 */
static void suspect_step(const struct sorter *s, const struct delivery *step)
{
	const struct step_kind *kind = step_kind_of(step->kind);
	bool runs =
		kind->runs_program != NULL && kind->runs_program(&s->options);

	suspect_set(s->lock_fd, runs ? SUSPECT_RUNNING : SUSPECT_WAITING,
		    step->message, step->n);
}

/* It is never run. While another sorter is at work it waits. */
static int refuse(struct sorter *s, struct delivery *step, struct error *err)
{
	struct ending ending = {.how = ENDED_LATER};
	int rc = sorter_file_forged(s, step, err);

	if (rc != 0)
		return rc == -1 ? -1 : 0;
	(void)snprintf(ending.why, sizeof(ending.why),
		       "another sorter is at work");
	return try_later(s, step, &ending, err);
}

/* Steps for notmuch are collected, and run together later. */
static int run_steps(struct sorter *s, struct delivery *steps, size_t n,
		     struct notmuch *notmuch, struct error *err)
{
	const struct report_event alive = {.kind = REPORT_ALIVE, .account = -1};

	for (size_t i = 0; i < n; i++) {
		report_send(s->options.report_fd, &alive);
		if (forged_is(&steps[i], true)) {
			if (refuse(s, &steps[i], err) == -1)
				return -1;
			continue;
		}
		if (step_kind_of(steps[i].kind)->is_batched) {
			notmuch_add(notmuch, &steps[i]);
			continue;
		}
		if (must_stop(s))
			break;
		suspect_step(s, &steps[i]);
		if (run_one(s, &steps[i], err) == -1)
			return -1;
	}
	suspect_clear(s->lock_fd);
	return 0;
}

static int record_notmuch(struct sorter *s, struct notmuch *notmuch,
			  struct error *err)
{
	struct ending ending = {.how = ENDED_WELL};
	int rc = 0;

	if (notmuch->n == 0 || time_left_is_over(&s->time))
		return 0;
	notmuch_run(notmuch, &ending);
	for (size_t i = 0; i < notmuch->n && rc == 0; i++) {
		struct delivery *step = &notmuch->steps[i];

		if (ending.how == ENDED_WELL)
			rc = close_step(s, step, NULL, err);
		else if (may_try_again(step, &ending))
			rc = try_later(s, step, &ending, err);
		else
			rc = give_up(s, step, &ending, err);
	}
	return rc;
}

int sorter_run_commands(struct sorter *s, struct delivery *after,
			struct error *err)
{
	struct delivery *steps = xcalloc(STEPS_MAX, sizeof(*steps));
	struct notmuch notmuch = {0};
	int64_t now = clock_calendar_s();
	size_t n = 0;
	int rc;

	do {
		rc = state_due(s->state, now, after, steps, STEPS_MAX, &n, err);
		if (n > 0) {
			after->message = steps[n - 1].message;
			after->n = steps[n - 1].n;
		}
		if (rc == 0)
			rc = run_steps(s, steps, n, &notmuch, err);
		for (size_t i = 0; i < n; i++)
			delivery_release(&steps[i]);
	} while (rc == 0 && n > 0 && !must_stop(s));
	free(steps);
	if (rc == 0)
		rc = record_notmuch(s, &notmuch, err);
	notmuch_release(&notmuch);
	return rc;
}

int sorter_has_commands(struct sorter *s, const struct delivery *after,
			struct error *err)
{
	struct delivery next;
	size_t n;
	int rc;

	if (must_stop(s))
		return 0;
	rc = state_due(s->state, clock_calendar_s(), after, &next, 1, &n, err);
	if (n > 0)
		delivery_release(&next);
	return rc == -1 ? -1 : n > 0;
}

void sorter_end_commands(struct sorter *s)
{
	for (size_t i = 0; i < s->commands.n_stuck; i++)
		free(s->commands.stuck[i].rule);
	free(s->commands.stuck);
}
