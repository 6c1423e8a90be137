/* SPDX-License-Identifier: ISC */
/*
 * Links of an HTML page, and the text that a reader sees on them: what a click
 * opens or tells (href, action, formaction, ping, redirects) and what a mail
 * reader would load (src, srcset, background, poster, data of <object>, style
 * sheets). Not names that nothing opens, such as cite, xmlns or usemap.
 */
#ifndef MAIL_HTML_TARGETS_H
#define MAIL_HTML_TARGETS_H

#include <stdbool.h>

#include "mail/html_attributes.h"
#include "mail/html_tag.h"
#include "mail/links.h"

struct html_targets {
	struct links *links;   /* NULL: nobody asks */
	const struct buf *out; /* the text of the page so far */
	bool in_anchor;
	size_t link; /* of the open <a> */
	size_t from; /* where its text begins, or that behind it */
};

void html_targets_init(struct html_targets *t, struct links *links,
		       const struct buf *out);
void html_targets_start(struct html_targets *t, const struct tag *tag,
			const struct attributes *a);
void html_targets_end(struct html_targets *t, const struct tag *tag);

/* The text of a <style> element. */
void html_targets_css(struct html_targets *t, struct slice css);

/* The page ends: look at the text behind its last link. */
void html_targets_finish(struct html_targets *t);

#endif
