/* SPDX-License-Identifier: ISC */
/*
 * HTML reduced to the text that a reader sees: tags, comments, scripts, styles
 * and hidden elements are removed, character references decoded, images
 * replaced by their alternative text, blanks joined, and invisible characters
 * (zero width, soft hyphen), which senders use to break up words, dropped. One
 * pass, no tree, no network.
 */
#ifndef MAIL_HTML_H
#define MAIL_HTML_H

#include "mail/links.h"
#include "util/buf.h"

/*
 * `html` is UTF-8; appends UTF-8, at most 6 bytes for 5 of the input and a line
 * end. Targets in it, also of what is hidden, and URLs in its text are added to
 * `links`, unless that is NULL.
 */
void html_to_text(struct slice html, struct buf *out, struct links *links);

#endif
