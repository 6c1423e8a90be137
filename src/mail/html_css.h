/* SPDX-License-Identifier: ISC */
/* Targets that style sheets load. */
#ifndef MAIL_HTML_CSS_H
#define MAIL_HTML_CSS_H

#include "mail/links.h"

/*
 * Add what a style sheet or a `style` attribute loads: url(…), src(…), @import
 * and image-set(), with CSS escapes decoded. Comments and other strings do not
 * count, and @namespace is only a name.
 */
void html_css_add(struct slice css, struct links *links);

#endif
