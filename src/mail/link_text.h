/* SPDX-License-Identifier: ISC */
/* URLs in plain text. */
#ifndef MAIL_LINK_TEXT_H
#define MAIL_LINK_TEXT_H

#include <stdbool.h>

#include "util/buf.h"

/*
 * Take the next URL from *rest: "http://…", "https://…", "ftp://…",
 * "mailto:…" or "www.…", without the punctuation of the sentence around it.
 * False: there are no more.
 */
bool link_text_next(struct slice *rest, struct slice *url);

/*
 * Does the text on a link name a host: has it a URL, or is it one word like
 * "shop.example.com/x"? *shown is a view of that.
 */
bool link_text_names_host(struct slice text, struct slice *shown);

#endif
