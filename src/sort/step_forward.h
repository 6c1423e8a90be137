/* SPDX-License-Identifier: ISC */
/*
 * Forwarding without going round: what a message says about the way it came,
 * and what we add to it (RFC 5322 3.6.6, RFC 3834, RFC 5321 6.3).
 */
#ifndef SORT_STEP_FORWARD_H
#define SORT_STEP_FORWARD_H

#include <stdbool.h>
#include <time.h>

#include "util/buf.h"

/*
 * Would forwarding the message to these addresses be a loop? It would when it
 * was delivered to one of them or forwarded there by us before, when it has
 * passed more than 50 servers, or when it is an automatic reply or a report of
 * failure, which may answer a message that we forwarded. *why_out: a literal.
 */
bool forward_is_loop(struct slice header, char *const *recipients,
		     const char **why_out);

/* The fields that go before the message, as lines. `from` may be "". */
void forward_fields(char *const *recipients, const char *from, time_t now,
		    const char *host, struct buf *out);

#endif
