/* SPDX-License-Identifier: ISC */
#include "fetch/peek.h"

#include <stdlib.h>

#include "fetch/folder.h"
#include "fetch/internal.h"
#include "util/xalloc.h"

#include "util/banned.h"

struct peek {
	struct fetch fetch;
	int rc; /* 1: a mailbox is read */
};

/* The next mailbox with new messages: 1, 0 there is none, -1. */
static int begin(struct fetch *f, struct error *err)
{
	int rc = 1;

	if (f->remote.imap != NULL) {
		fetch_leave_mailbox(f);
		rc = fetch_next_folder(f, err);
	} else if (f->listed) {
		rc = 0;
	} else if (fetch_read_listing(f, err) == -1) {
		rc = -1;
	}
	if (rc == 1 && fetch_list(f, err) == -1)
		rc = -1;
	if (rc == 1)
		fetch_request(f, MAILBOX_MESSAGE, f->todo.fetch,
			      f->todo.n_fetch, f->policy.max_size);
	return rc;
}

int peek_open(struct peek **out, const struct fetch_job *job, struct error *err)
{
	struct peek *peek = xcalloc(1, sizeof(*peek));
	struct fetch *f = &peek->fetch;

	*out = peek;
	if (fetch_open_dry(f, job, err) == -1)
		return -1;
	peek->rc = begin(f, err);
	return peek->rc == -1 ? -1 : 0;
}

int peek_next(struct peek *peek, int fd, uint64_t *size_out, struct error *err)
{
	struct mailbox_answer answer;

	while (peek->rc == 1) {
		int rc = fetch_next(&peek->fetch, fd, &answer, err);

		if (rc == -1)
			return -1;
		if (rc == 0)
			peek->rc = begin(&peek->fetch, err);
		else if (answer.ok) {
			*size_out = answer.size;
			return 1;
		}
	}
	return peek->rc;
}

void peek_close(struct peek *peek)
{
	fetch_close(&peek->fetch);
	free(peek);
}
