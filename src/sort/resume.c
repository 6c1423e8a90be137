/* SPDX-License-Identifier: ISC */
#include "sort/resume.h"

#include <stdlib.h>

#include "maildir/find.h"
#include "sort/events.h"
#include "sort/forged.h"
#include "sort/internal.h"
#include "sort/news.h"
#include "sort/record.h"
#include "sort/step.h"
#include "sort/trouble.h"
#include "util/log.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Steps finished together: one sync of the folders and one commit. */
#define STEPS_MAX 256

static int file_one(struct sorter *s, struct delivery *step,
		    struct error *fatal)
{
	struct maildir_item item = sorter_item(s, step);
	struct maildir_folder *folder;
	struct error err = ERROR_INIT;
	bool unsure = false;
	int found;

	if (!step_kind_of(step->kind)->is_filing) {
		step->done = true;
		return 0;
	}
	folder = maildir_folder(s->maildir, step->folder, &err);
	found = folder == NULL ? -1
			       : maildir_find(s->maildir, folder, &item,
					      &unsure, &err);
	if (found == -1 && folder != NULL && err.kind == ERR_MESSAGE)
		return sorter_lost(s, step->folder, step->message, err.text,
				   fatal);
	if (unsure)
		log_warning("%s: a message may have been delivered before a "
			    "crash; it is delivered again to be sure",
			    step->folder);
	if (found == 0)
		found = maildir_deliver(folder, &item, &err) == 0 ? 1 : -1;
	step->done = found == 1;
	if (found == -1)
		sorter_step_failed(s, &err);
	return 0;
}

/*
 * Finish a step that an earlier sorter planned, unless it is done already. -1
 * only when the state cannot be written.
 */
static int resume_one(struct sorter *s, struct delivery *step,
		      struct error *fatal)
{
	if (forged_is(step, false) && forged_replace(s, step, fatal) == -1)
		return -1;
	return step->message == 0 ? 0 : file_one(s, step, fatal);
}

static int resume_steps(struct sorter *s, struct delivery *steps, size_t n,
			struct error *err)
{
	for (size_t i = 0; i < n; i++)
		if (resume_one(s, &steps[i], err) == -1)
			return -1;
	if (maildir_sync(s->maildir, err) == -1 ||
	    state_begin(s->state, err) == -1)
		return -1;
	if (state_end(s->state, sorter_record(s, steps, n, err), err) == -1)
		return -1;
	sorter_remove_files(s, steps, n);
	for (size_t i = 0; i < n; i++) {
		sorter_emit(s, &steps[i], 1, NULL);
		sorter_add_news(s, &steps[i], 1);
	}
	return 0;
}

int sorter_resume(struct sorter *s, struct error *err)
{
	struct delivery *steps = xcalloc(STEPS_MAX, sizeof(*steps));
	struct delivery after = {.message = 0, .n = -1};
	size_t n = 0;
	int rc = state_mend_plans(s->state, err);

	while (rc == 0) {
		rc = state_unfinished(s->state, &after, steps, STEPS_MAX, &n,
				      err);
		if (n == 0)
			break;
		after.message = steps[n - 1].message;
		after.n = steps[n - 1].n;
		if (rc == 0)
			rc = resume_steps(s, steps, n, err);
		for (size_t i = 0; i < n; i++)
			delivery_release(&steps[i]);
	}
	free(steps);
	return rc;
}
