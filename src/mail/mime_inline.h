/* SPDX-License-Identifier: ISC */
/*
 * Parts that nobody calls an attachment: images that the text shows (RFC 2392),
 * signatures, and signed mail that was opened.
 */
#ifndef MAIL_MIME_INLINE_H
#define MAIL_MIME_INLINE_H

#include <stdbool.h>

#include "mail/mime_part.h"

/* Bytes of ids kept: newsletters have some hundred images. */
#define MIME_CIDS_MAX ((size_t)64 * 1024)

/* Add the ids of parts that the HTML shows ("cid:id") to the list. */
void mime_note_cids(struct slice html, struct buf *cids);

/* Does its sender call it an attachment? Some put that in quotes. */
bool mime_is_attached(const struct mime_part *part);

/*
 * Is the part such an image, by its id, a signature, or opened? Its names (one
 * a line) must be such as they have: nothing that is run hides behind a type.
 */
bool mime_is_inline(const struct mime_part *part, struct slice names,
		    const struct buf *cids);

#endif
