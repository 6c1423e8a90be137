/* SPDX-License-Identifier: ISC */
#include "imap/imap.h"

#include <stdlib.h>

#include "imap/internal.h"
#include "util/xalloc.h"

#include "util/banned.h"

struct imap *imap_new(struct conn *conn, wire_trace *trace, bool pipelining)
{
	struct imap *i = xcalloc(1, sizeof(*i));

	wire_init(&i->wire, conn, trace);
	reader_init(&i->reader, &i->wire);
	intake_init(&i->intake);
	fetch_init(&i->fetch);
	i->pipelining = pipelining;
	return i;
}

void imap_close(struct imap *i)
{
	if (i == NULL)
		return;
	reader_release(&i->reader);
	wire_release(&i->wire);
	intake_release(&i->intake);
	fetch_release(&i->fetch);
	free(i);
}

void imap_watch(struct imap *i, intake_progress *progress, intake_guard *guard,
		void *context)
{
	intake_watch(&i->intake, progress, guard, context);
}
