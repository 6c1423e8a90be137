/* SPDX-License-Identifier: ISC */
/*
 * HTML reduced to the text a reader sees: tags, comments, scripts and styles
 * are gone, entities decoded, invisible characters (zero width, soft hyphen)
 * that serve to break up words dropped, blanks joined. One pass, no tree, no
 * network, nothing but the bytes given.
 */
#ifndef MAIL_HTML_H
#define MAIL_HTML_H

#include "util/buf.h"

/* `html` is UTF-8; appends UTF-8, at most a line end longer than the input. */
void html_to_text(struct slice html, struct buf *out);

#endif
