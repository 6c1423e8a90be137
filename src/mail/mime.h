/* SPDX-License-Identifier: ISC */
/*
 * The MIME view of a message: attachment names and the text of the body, as a
 * mail reader shows them.
 *
 * Bounded by MIME_INPUT_MAX bytes, MIME_PARTS_MAX parts, MIME_DEPTH_MAX levels
 * and MIME_TEXT_MAX bytes of text; beyond that the view is cut and says so.
 * Call this only in the confined judge or another process of its own, or for
 * files that the user named: it parses what strangers wrote.
 */
#ifndef MAIL_MIME_H
#define MAIL_MIME_H

#include <stdbool.h>
#include <stddef.h>

#include "mail/links.h"
#include "mail/mime_part.h"
#include "util/buf.h"

/*
 * Bytes behind this are not read. Large providers accept attachments of 25 MB,
 * which are 35 MB in base64; a process that holds this much stays below 48 MiB.
 */
#define MIME_INPUT_MAX ((size_t)36 * 1024 * 1024)

#define MIME_TEXT_MAX ((size_t)4 * 1024 * 1024)

/* A part that has a file name, or is not text. */
struct mime_attachment {
	char *name; /* decoded file name, UTF-8; "" when it has none */
	size_t name_len;
	char *others;	/* names that it has besides, one a line */
	char *type;	/* "application/pdf", lower case */
	bool is_inline; /* an image that the text shows, or a signature */
};

struct mime_view {
	struct mime_attachment *attachments;
	size_t n_attachments;
	size_t n_names;
	struct buf text; /* UTF-8, HTML reduced to text */
	struct links links;
	bool cut;      /* parts, names or ends of parts are missing */
	bool text_cut; /* so is text, or a link */
};

/* Read the whole message. Never fails; a broken message gives less. */
void mime_view_init(struct mime_view *view, struct slice bytes,
		    const char *const *fallback);
void mime_view_release(struct mime_view *view);

/*
 * The same, and call a visitor with the decoded bytes of each attachment and
 * of each file that is uuencoded in a text, except for those that are cut.
 */
struct mime_visitor {
	void *context;
	void (*attachment)(void *context, struct slice name,
			   struct slice bytes);
};

void mime_visit(struct mime_view *view, struct slice bytes,
		const char *const *fallback,
		const struct mime_visitor *visitor);

#endif
