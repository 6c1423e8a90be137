/* SPDX-License-Identifier: ISC */
#include "sort/fallback.h"

#include <stdlib.h>

#include "sort/internal.h"
#include "sort/plan.h"
#include "sort/resume.h"
#include "sort/step.h"
#include "sort/suspect.h"
#include "util/io.h"
#include "util/log.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Copy the message, to a file that the new step can be linked from. */
static int copy_bytes(struct sorter *s, const struct delivery *step,
		      struct delivery *filing, struct error *err)
{
	char name[SPOOL_NAME_MAX];
	int from = spool_read(&s->spool, step->source, err), to, rc;

	if (from == -1)
		return -1;
	to = spool_create(&s->spool, "s", name, err);
	rc = to == -1 ? -1 : io_copy(from, to, name, err);
	if (rc == 0)
		rc = io_sync(to, name, err);
	io_close_quietly(&from);
	io_close_quietly(&to);
	filing->spool = xstrdup(name);
	return rc == 0 ? io_sync(s->spool.fd, s->spool.dir, err) : -1;
}

static int add_filing(struct sorter *s, const struct delivery *filing,
		      struct error *err)
{
	if (state_begin(s->state, err) == -1)
		return -1;
	return state_end(s->state, state_add_delivery(s->state, filing, err),
			 err);
}

static int file_now(struct sorter *s, const struct delivery *step,
		    const char *why, int n, struct error *err)
{
	struct delivery filing = {
		.message = step->message, .n = n, .kind = DELIVERY_FOLDER};
	struct queued queued;
	int rc = state_get_queued(s->state, step->message, &queued, err);

	if (rc != 1)
		return rc;
	filing.folder = xstrdup(s->options.undecided);
	filing.base = plan_base(&queued, n, queued.size);
	filing.reason = xstrdup(why);
	filing.quarantined = true;
	rc = copy_bytes(s, step, &filing, err);
	if (rc == 0)
		rc = add_filing(s, &filing, err);
	delivery_release(&filing);
	return rc == 0 ? sorter_resume(s, err) : -1;
}

int sorter_file_failed(struct sorter *s, const struct delivery *step,
		       const char *why, bool *filed_out, struct error *err)
{
	bool has_one = false;
	int n = 0, lock = -1, rc;

	*filed_out = false;
	if (state_is_filed(s->state, step->message, &has_one, &n, err) == -1)
		return -1;
	if (has_one || !step_kind_of(step->kind)->needs_bytes)
		return 1;
	/*
	 * Without this lock another sorter may remove files that have no row
	 * yet.
	 */
	rc = sorter_lock(s, &lock, err);
	if (rc != 1)
		return rc;
	rc = file_now(s, step, why, n, err);
	*filed_out = rc == 0;
	if (rc == -1 && err->kind == ERR_MESSAGE) {
		char *reason = plan_reason(step);

		/*
		 * Another program removed the file: trying again cannot help.
		 */
		log_error("%s: the message is gone from the spool (%s)", reason,
			  err->text);
		free(reason);
		rc = 0;
	}
	io_close_quietly(&lock);
	return rc == 0 ? 1 : -1;
}
