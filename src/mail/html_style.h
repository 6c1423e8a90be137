/* SPDX-License-Identifier: ISC */
/* The style of an element, as far as it says whether its text is seen. */
#ifndef MAIL_HTML_STYLE_H
#define MAIL_HTML_STYLE_H

#include <stdbool.h>

#include "util/buf.h"

/* Properties that children inherit, and may set anew. */
enum style_value { STYLE_UNSET, STYLE_NO, STYLE_YES };

struct style {
	bool hidden; /* with all that is in it: display: none and the like */
	enum style_value invisible; /* visibility: hidden */
	enum style_value tiny;	    /* font-size: 0 */
	enum style_value pre;	    /* white-space: pre */
};

/* Read a `style` attribute, its character references decoded. */
void html_style_read(struct slice css, struct style *out);

#endif
