/* SPDX-License-Identifier: ISC */
#include "sort/record.h"

#include <string.h>

#include "sort/internal.h"
#include "state/history.h"
#include "util/clock.h"

#include "util/banned.h"

struct maildir_item sorter_item(const struct sorter *s,
				const struct delivery *step)
{
	struct maildir_item item = {
		s->spool.fd, step->spool, step->base, step->flags,
		step->keywords == NULL ? "" : step->keywords};

	return item;
}

/* Record once a drain where mail lies: sorter_open_maildir() asks. */
static int know_maildir(struct sorter *s, const struct delivery *step,
			struct error *err)
{
	if (step->base == NULL || s->knows_maildir)
		return 0;
	s->knows_maildir = true;
	return state_add_maildir(s->state, s->options.maildir, err);
}

int sorter_record(struct sorter *s, struct delivery *steps, size_t n,
		  struct error *err)
{
	int64_t now = clock_calendar_s();

	for (size_t i = 0; i < n; i++) {
		bool all_done = false;

		if (!steps[i].done)
			continue;
		if (know_maildir(s, &steps[i], err) == -1 ||
		    state_set_delivered(s->state, &steps[i], now, &all_done,
					err) == -1)
			return -1;
		s->result->done += all_done;
		steps[i].last = all_done;
	}
	return 0;
}

/*
 * After "done" is durable the witnesses are not needed. The message's own file
 * is removed with its last step: later commands read it.
 */
void sorter_remove_files(struct sorter *s, const struct delivery *steps,
			 size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct delivery *step = &steps[i];

		if (!step->done)
			continue;
		if (step->spool != NULL &&
		    strcmp(step->spool, step->source) != 0)
			spool_remove(&s->spool, step->spool);
		if (step->last)
			spool_remove(&s->spool, step->source);
		if (step->base != NULL)
			maildir_forget(s->maildir, step->folder, step->base);
	}
}
