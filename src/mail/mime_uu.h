/* SPDX-License-Identifier: ISC */
/* Files that stand uuencoded in the middle of a text (POSIX uuencode). */
#ifndef MAIL_MIME_UU_H
#define MAIL_MIME_UU_H

#include <stdbool.h>

#include "util/buf.h"

/*
 * Find the next one in *rest: what stands before it becomes *before, its name
 * *name, its bytes are appended to `data` (what does not fit is dropped), and
 * *rest is what follows. False, with everything in *before, when there is
 * none. Only a block with a mode, a name, at least one line that is right and
 * an end counts. Linear.
 */
bool uu_next(struct slice *rest, struct slice *before, struct slice *name,
	     struct buf *data);

#endif
