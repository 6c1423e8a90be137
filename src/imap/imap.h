/* SPDX-License-Identifier: ISC */
/*
 * IMAP (RFC 3501, RFC 9051) on a connection. So far only its middle:
 *
 *	i = imap_new(conn, trace, true);
 *	…					// greeting, login, SELECT
 *	imap_request(i, IMAP_MESSAGE, wanted, n, max_bytes);
 *	while ((rc = imap_next(i, fd, &answer, err)) == 1)
 *		…				// in any order
 *	imap_close(i);
 *
 * After any -1 the session is dead: close it. All input from the server is
 * hostile until checked: lines, literals, numbers and counts have limits.
 */
#ifndef IMAP_H
#define IMAP_H

#include <stdbool.h>

#include "imap/fetch.h"
#include "net/conn.h"
#include "net/intake.h"
#include "net/wire.h"

struct imap;

/*
 * Takes ownership of the connection. `trace` may be NULL. `pipelining`: send
 * commands ahead.
 */
struct imap *imap_new(struct conn *conn, wire_trace *trace, bool pipelining);

/* Close without LOGOUT. NULL is accepted. */
void imap_close(struct imap *i);

/* Either may be NULL; see net/intake.h. */
void imap_watch(struct imap *i, intake_progress *progress, intake_guard *guard,
		void *context);

#endif
