/* SPDX-License-Identifier: ISC */
/*
 * HTML reduced to the text that a reader sees: tags, comments, scripts and
 * styles are removed, entities decoded, blanks joined, and invisible
 * characters (zero width, soft hyphen), which senders use to break up words,
 * dropped. One pass, no tree, no network.
 */
#ifndef MAIL_HTML_H
#define MAIL_HTML_H

#include "util/buf.h"

/* `html` is UTF-8; appends UTF-8, at most a line end longer than the input. */
void html_to_text(struct slice html, struct buf *out);

#endif
