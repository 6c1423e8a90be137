/* SPDX-License-Identifier: ISC */
/*
 * The MIME side of a message: attachment names and the text of the body, as
 * a person sees them. GMime reads structure, transfer encodings and
 * parameters; header words and charsets are ours (words.h, charset.h).
 *
 * Built only when somebody asks. Bounded: at most MIME_PARTS_MAX parts,
 * MIME_DEPTH_MAX levels, MIME_TEXT_MAX bytes of text; beyond that the view is
 * cut and says so. Hand it only messages from within the sandboxed judge or
 * files the user named.
 */
#ifndef MAIL_MIME_H
#define MAIL_MIME_H

#include <stdbool.h>
#include <stddef.h>

#include "util/buf.h"

#define MIME_PARTS_MAX 1000
#define MIME_DEPTH_MAX 32
#define MIME_TEXT_MAX  ((size_t)4 * 1024 * 1024)

/* What has a file name, and what is no text. */
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

/* Read the whole message. Never fails; a broken one gives less. */
void mime_view_init(struct mime_view *view, struct slice bytes,
		    const char *const *fallback);
void mime_view_release(struct mime_view *view);

/*
 * The same, and hand the decoded bytes of each attachment to a visitor, and of
 * each file that stands uuencoded in a text.
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
