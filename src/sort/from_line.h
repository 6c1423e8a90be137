/* SPDX-License-Identifier: ISC */
/*
 * Lines "From SENDER DATE", which mbox puts before a message (RFC 4155). They
 * are no part of it: in the header of a message that is sent on, or in a
 * Maildir, programs take them for garbage or for the end of the header.
 */
#ifndef SORT_FROM_LINE_H
#define SORT_FROM_LINE_H

#include <stdbool.h>

#include "state/spool.h"

/*
 * A descriptor of the message without such lines: `fd` itself if there are
 * none, else a file without a name, to be closed by the caller (*own_out). -1
 * on error.
 */
int from_line_drop(struct spool *spool, int fd, bool *own_out,
		   struct error *err);

#endif
