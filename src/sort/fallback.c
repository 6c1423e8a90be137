/* SPDX-License-Identifier: ISC */
#include "sort/fallback.h"

#include <stdlib.h>

#include "sort/filing.h"
#include "sort/forged.h"
#include "sort/internal.h"
#include "sort/plan.h"
#include "sort/resume.h"
#include "sort/step.h"
#include "sort/suspect.h"
#include "util/io.h"
#include "util/log.h"
#include "util/xalloc.h"

#include "util/banned.h"

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
	struct delivery filing;
	int rc = sorter_make_filing(s, step, why, n, &filing, err);

	if (rc == 0)
		return 0;
	if (rc == 1)
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

int sorter_file_forged(struct sorter *s, struct delivery *step,
		       struct error *err)
{
	int lock = -1, rc = sorter_lock(s, &lock, err);

	if (rc != 1)
		return rc;
	rc = forged_replace(s, step, err);
	if (rc == 0 && step->message != 0)
		rc = sorter_resume(s, err);
	io_close_quietly(&lock);
	return rc == 0 ? 1 : -1;
}
