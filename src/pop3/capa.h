/* SPDX-License-Identifier: ISC */
/* Capabilities (RFC 2449). */
#ifndef POP3_CAPA_H
#define POP3_CAPA_H

#include "net/wire.h"
#include "util/buf.h"
#include "util/error.h"

/* Called with each line of the list. */
typedef void capa_line(void *context, struct slice line);

/*
 * Read the answer to CAPA. Returns 1 after a list, 0 when the server has none:
 * whatever a server says to a command that it does not know will do.
 */
int capa_read(struct wire *w, capa_line *take, void *context,
	      struct error *err);

#endif
