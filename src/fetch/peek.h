/* SPDX-License-Identifier: ISC */
/*
 * A session for dry runs: new messages are received, but state, spool and
 * server do not change (it ends without QUIT).
 *
 *	struct peek *peek;
 *
 *	rc = peek_open(&peek, job, err);
 *	while (rc == 0 && (rc = peek_next(peek, fd, &size, err)) == 1)
 *		… the message is in fd …
 *	peek_close(peek);
 */
#ifndef FETCH_PEEK_H
#define FETCH_PEEK_H

#include <stdint.h>

#include "fetch/session.h"
#include "util/error.h"

struct peek;

/* Log in and find what is new. Close *out after an error, too. */
int peek_open(struct peek **out, const struct fetch_job *job,
	      struct error *err);

/*
 * Receive the next new message into `fd`, an empty file. Returns 1 and its size
 * in bytes in *size_out; 0 when there are no more; -1 on error.
 */
int peek_next(struct peek *peek, int fd, uint64_t *size_out, struct error *err);

void peek_close(struct peek *peek);

#endif
