/* SPDX-License-Identifier: ISC */
/* How a session died, for those who decide what that means. */
#include "imap/internal.h"

#include "util/banned.h"

enum mailbox_break_kind imap_broke(const struct imap *i, bool *in_flight)
{
	const struct wire *w = &i->wire;

	*in_flight = w->lost && w->at == w->len &&
		     (i->fetch.n_flights > 1 || i->lead.is_followed);
	if (w->lost)
		return MAILBOX_LOST;
	/* No message has a part in that. */
	if (i->renumbered)
		return MAILBOX_UNBROKEN;
	return w->dead ? MAILBOX_CONFUSED : MAILBOX_UNBROKEN;
}
