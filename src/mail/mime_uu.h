/* SPDX-License-Identifier: ISC */
/* Files uuencoded in the middle of a text (POSIX uuencode). */
#ifndef MAIL_MIME_UU_H
#define MAIL_MIME_UU_H

#include <stdbool.h>

#include "util/buf.h"

/*
 * Find the next file in *rest: the text before it becomes *before, its name
 * *name, its bytes are appended to `data` (dropped when they do not fit), and
 * *rest is moved behind it. False, with everything in *before, when there is
 * none. A block needs a mode, a name, a valid line and an end. Linear.
 */
bool uu_next(struct slice *rest, struct slice *before, struct slice *name,
	     struct buf *data);

#endif
