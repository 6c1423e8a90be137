/* SPDX-License-Identifier: ISC */
/* Comments of HTML. */
#ifndef MAIL_HTML_COMMENT_H
#define MAIL_HTML_COMMENT_H

#include "util/slice.h"

/*
 * The bytes from "<!--", with which it begins, to "-->" or "--!>"; "<!-->" and
 * "<!--->" are whole.
 */
size_t html_comment_length(struct slice s);

/* "<!x>", "<?x>", "</ x>": to the next ">", whatever is in it. */
size_t html_comment_bogus_length(struct slice s);

/* The HTML within "<!--[if mso]> … <![endif]-->"; empty for other comments. */
struct slice html_comment_shown(struct slice comment);

#endif
