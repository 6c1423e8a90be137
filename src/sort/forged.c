/* SPDX-License-Identifier: ISC */
#include "sort/forged.h"

#include <string.h>

#include "sort/filing.h"
#include "sort/internal.h"
#include "sort/plan.h"
#include "sort/step.h"
#include "tell/event.h"
#include "util/log.h"

#include "util/banned.h"

/* For the record of the filing. */
#define WHY                                                                    \
	"a step for it in the database was not planned by postroom, or is "    \
	"damaged"

/* Lines in the log of one run; a forger may make any number of rows. */
#define LINES_MAX 10

bool forged_is(const struct delivery *step, bool command)
{
	const struct step_kind *kind = step_kind_of(step->kind);

	if (step->forged || DELIVERY_IS_COMMAND(step->kind) != command)
		return true;
	return command && kind->run == NULL && !kind->is_batched;
}

/* Nothing of the row is logged but what it would have done. */
static void tell(struct sorter *s, const struct delivery *step, bool filed)
{
	struct error text = ERROR_INIT;
	enum log_priority priority = s->trouble.n_forged < LINES_MAX
					     ? LOG_PRIORITY_ERROR
					     : LOG_PRIORITY_INFO;
	struct event *e = event_new(priority, "failed");
	const char *action = plan_action(step->kind);

	(void)error_set(
		&text, ERR_TEMPORARY,
		"message %lld: a step (%s) in the database was not "
		"planned by postroom, or is damaged; it was not done%s%s",
		(long long)step->message,
		action[0] == '\0' ? "unknown" : action,
		filed ? ", and the message was filed into " : "",
		filed ? s->options.undecided : "");
	s->result->failed++;
	s->trouble.n_forged++;
	s->trouble.forged = s->trouble.drained = text;
	event_put_line(e, "text", text.text);
	log_event(priority, event_text(e), "%s", text.text);
	event_free(e);
}

static int write_rows(struct sorter *s, const struct delivery *step,
		      const struct delivery *filing, bool *done_out,
		      struct error *err)
{
	if (state_begin(s->state, err) == -1)
		return -1;
	return state_end(
		s->state,
		state_replace_delivery(s->state, step, filing, done_out, err),
		err);
}

/* A sealed step files the message: only the forged one goes. */
static int drop(struct sorter *s, struct delivery *step, struct error *err)
{
	bool all_done = false;

	if (write_rows(s, step, NULL, &all_done, err) == -1)
		return -1;
	tell(s, step, false);
	s->result->done += all_done;
	if (all_done)
		spool_remove(&s->spool, step->source);
	delivery_release(step);
	return 0;
}

int forged_replace(struct sorter *s, struct delivery *step, struct error *err)
{
	struct error trouble = ERROR_INIT;
	struct delivery filing;
	bool has_one = false, ignored;
	int n = 0, rc;

	if (state_is_filed(s->state, step->message, &has_one, &n, err) == -1)
		return -1;
	if (has_one)
		return drop(s, step, err);
	rc = sorter_make_filing(s, step, WHY, n, &filing, &trouble);
	if (rc == 1)
		rc = write_rows(s, step, &filing, &ignored, err);
	else if (rc == -1 && trouble.kind == ERR_MESSAGE)
		rc = sorter_lost(s, "a forged step", step->message,
				 trouble.text, err);
	else if (rc == -1)
		*err = trouble;
	if (rc == 0 && filing.spool != NULL)
		tell(s, step, true);
	delivery_release(step);
	if (rc == 0 && filing.spool != NULL)
		*step = filing;
	else
		delivery_release(&filing);
	return rc;
}
