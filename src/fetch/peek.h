/* SPDX-License-Identifier: ISC */
/*
 * A session that only looks, for dry runs: new messages are received, but
 * state, spool and server stay as they are (it ends without QUIT).
 *
 *	struct peek *peek;
 *
 *	rc = peek_open(&peek, job, err);
 *	while (rc == 0 && (rc = peek_next(peek, fd, &size, err)) == 1)
 *		… a message is in fd …
 *	peek_close(peek);
 */
#ifndef FETCH_PEEK_H
#define FETCH_PEEK_H

#include <stdint.h>

#include "fetch/session.h"
#include "util/error.h"

struct peek;

/* Log in and find what is new. *out must be closed after an error, too. */
int peek_open(struct peek **out, const struct fetch_job *job,
	      struct error *err);

/*
 * Receive the next new message into `fd`, an empty file. 1: it is there, with
 * *size_out bytes; 0: there are no more; -1: error.
 */
int peek_next(struct peek *peek, int fd, uint64_t *size_out, struct error *err);

void peek_close(struct peek *peek);

#endif
