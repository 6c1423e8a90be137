/* SPDX-License-Identifier: ISC */
/*
 * The MIME view of a message: attachment names and the text of the body, as a
 * mail reader shows them. GMime reads structure and transfer encodings;
 * parameters, header words and charsets are ours (mail/mime_param.h,
 * mail/words.h, mail/charset.h).
 *
 * Bounded by MIME_PARTS_MAX parts, MIME_DEPTH_MAX levels and MIME_TEXT_MAX
 * bytes of text; beyond that the view is cut and says so. Call this only in
 * the confined judge or another process of its own, or for files that the user
 * named: GMime parses what strangers wrote.
 */
#ifndef MAIL_MIME_H
#define MAIL_MIME_H

#include <stdbool.h>
#include <stddef.h>

#include "util/buf.h"

#define MIME_PARTS_MAX 1000
#define MIME_DEPTH_MAX 32
#define MIME_TEXT_MAX  ((size_t)4 * 1024 * 1024)

/* A part that has a file name, or is not text. */
struct mime_attachment {
	char *name; /* decoded file name, UTF-8; "" when it has none */
	size_t name_len;
	char *type; /* "application/pdf", lower case */
};

struct mime_view {
	struct mime_attachment *attachments;
	size_t n_attachments;
	struct buf text; /* UTF-8, HTML reduced to text */
	bool cut;
};

/* Read the whole message. Never fails; a broken message gives less. */
void mime_view_init(struct mime_view *view, struct slice bytes,
		    const char *const *fallback);
void mime_view_release(struct mime_view *view);

/*
 * The same, and call a visitor with the decoded bytes of each attachment and
 * of each file that is uuencoded in a text.
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
