/* SPDX-License-Identifier: ISC */
/*
 * Changing fields of a header; every other byte stays as it is.
 *
 *	struct edit edit = {EDIT_SET, slice_str("X-Label"), slice_str("work")};
 *
 *	edit_header(message.header, &edit, &out);
 *	if (out.full)
 *		…
 *
 * Values are text in UTF-8: control characters become blanks, non-ASCII text
 * becomes RFC 2047 words, long fields are folded (RFC 5322 2.2.3). A value can
 * therefore never add another field.
 */
#ifndef MAIL_EDIT_H
#define MAIL_EDIT_H

#include <stdbool.h>

#include "util/buf.h"
#include "util/error.h"

enum edit_kind {
	EDIT_SET,    /* replace the first, or add; remove all others */
	EDIT_ADD,    /* at the end of the header */
	EDIT_REMOVE, /* all of that name */
};

struct edit {
	enum edit_kind kind;
	struct slice name;
	struct slice value; /* unused by EDIT_REMOVE */
};

/* Is it a valid name of a field (RFC 5322 3.6.8)? -1 with ERR_CONFIG. */
int edit_check_name(const char *name, struct error *err);

/*
 * Append the edited header to `out`. `header` is as in struct message: up to
 * the empty line, included; a missing header gets one with its first field.
 * New lines end as the first line does. Lines that are no field go with a field
 * that is removed or replaced before them.
 */
void edit_header(struct slice header, const struct edit *edit, struct buf *out);

/* The names of fields that may have been edited. */
struct edit_names {
	bool (*has)(const void *context, struct slice name);
	const void *context;
};

/*
 * Is `after` the header `before` with nothing changed but fields of these
 * names? All others must be there, byte for byte and in order, and what follows
 * the header must still be the body. False says that one of the two is lost.
 */
bool edit_kept(struct slice before, struct slice after,
	       const struct edit_names *names);

/* Append one field. `line_end` is "\n" or "\r\n". */
void edit_field(struct slice name, struct slice value, const char *line_end,
		struct buf *out);

#endif
