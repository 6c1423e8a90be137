/* SPDX-License-Identifier: ISC */
#include "sort/filing.h"

#include "sort/internal.h"
#include "sort/plan.h"
#include "util/io.h"
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

int sorter_make_filing(struct sorter *s, const struct delivery *step,
		       const char *why, int n, struct delivery *filing,
		       struct error *err)
{
	struct queued queued;
	int rc = state_get_queued(s->state, step->message, &queued, err);

	*filing = (struct delivery){
		.message = step->message, .n = n, .kind = DELIVERY_FOLDER};
	if (rc != 1)
		return rc;
	filing->folder = xstrdup(s->options.undecided);
	filing->base = plan_base(&queued, n, queued.size);
	filing->reason = xstrdup(why);
	filing->source = xstrdup(step->source);
	filing->quarantined = true;
	return copy_bytes(s, step, filing, err) == -1 ? -1 : 1;
}
