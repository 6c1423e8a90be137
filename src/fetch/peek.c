/* SPDX-License-Identifier: ISC */
#include "fetch/peek.h"

#include <stdlib.h>

#include "fetch/internal.h"
#include "util/clock.h"
#include "util/xalloc.h"

#include "util/banned.h"

struct peek {
	struct fetch fetch;
};

int peek_open(struct peek **out, const struct fetch_job *job, struct error *err)
{
	struct peek *peek = xcalloc(1, sizeof(*peek));
	struct fetch *f = &peek->fetch;

	*out = peek;
	f->job = job;
	f->name = job->account->name;
	f->dry = true;
	f->spool.fd = -1;
	f->session = clock_calendar_us();
	if (state_open(&f->state, job->state_dir, STATE_READ, err) == -1 ||
	    fetch_recall(f, err) == -1 || fetch_connect(f, err) == -1 ||
	    fetch_list(f, err) == -1)
		return -1;
	pop3_request(f->pop3, MAILBOX_MESSAGE, f->todo.fetch, f->todo.n_fetch,
		     f->policy.max_size);
	return 0;
}

int peek_next(struct peek *peek, int fd, uint64_t *size_out, struct error *err)
{
	struct mailbox_answer answer;
	int rc;

	do
		rc = pop3_next(peek->fetch.pop3, fd, &answer, err);
	while (rc == 1 && !answer.ok);
	if (rc == 1)
		*size_out = answer.size;
	return rc;
}

void peek_close(struct peek *peek)
{
	fetch_close(&peek->fetch);
	free(peek);
}
