/* SPDX-License-Identifier: ISC */
/*
 * The text and the attachments that conditions see: read when the first of them
 * asks, and then kept in the form in which they are compared.
 */
#ifndef RULES_VIEW_H
#define RULES_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "mail/fold.h"
#include "mail/mime.h"

/* A name of an attachment, of which one may have several, or its type. */
struct view_name {
	struct slice text;
	struct folded *folded; /* or NULL: as it is */
	bool is_type;
	bool is_inline; /* of an image that the text shows, or a signature */
};

struct view {
	struct mime_view mime;
	bool is_read;
	struct folded *body; /* NULL: not yet, or as it is */
	bool body_is_folded;
	struct view_name *names;
	size_t n_names;
	bool has_names;
};

/* Read the message, unless that was done. */
const struct mime_view *view_read(struct view *v, struct slice bytes,
				  const char *const *fallback);

/* After view_read(): the text as it is compared, NULL: as it is. */
const struct folded *view_body(struct view *v);

/* After view_read(): names and types of all attachments. */
const struct view_name *view_names(struct view *v, size_t *n_out);

/* Forget all: the message has changed, or the end. */
void view_release(struct view *v);

#endif
