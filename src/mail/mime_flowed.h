/* SPDX-License-Identifier: ISC */
/*
 * Text in format=flowed (RFC 3676): a line that ends in a blank continues in
 * the next one, if that is quoted as deeply, and is no signature.
 */
#ifndef MAIL_MIME_FLOWED_H
#define MAIL_MIME_FLOWED_H

#include "mail/mime_part.h"

/* Is its text such? *delsp: the blanks at soft line ends are not part of it. */
bool mime_is_flowed(const struct mime_part *part, bool *delsp);

/*
 * Append the text with its lines joined, and without the blanks that were put
 * before "From", ">" and blanks. Quote marks stay, at the first line of each
 * paragraph. Not more than the text.
 */
void mime_flowed_join(struct slice text, bool delsp, struct buf *out);

#endif
