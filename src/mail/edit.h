/* SPDX-License-Identifier: ISC */
/*
 * Changing fields of a header, byte for byte the same everywhere else.
 *
 *	struct edit edit = {EDIT_SET, slice_str("X-Label"), slice_str("work")};
 *
 *	edit_header(message.header, &edit, &out);
 *	if (out.full)
 *		…
 *
 * Values are text for people, UTF-8: control characters become blanks, what
 * is not ASCII becomes RFC 2047 words, long fields are folded (RFC 5322
 * 2.2.3). A value can therefore never bring in another field.
 */
#ifndef MAIL_EDIT_H
#define MAIL_EDIT_H

#include "util/buf.h"
#include "util/error.h"

enum edit_kind {
	EDIT_SET,    /* in the place of the first, or at the end; once */
	EDIT_ADD,    /* at the end */
	EDIT_REMOVE, /* all of that name */
};

struct edit {
	enum edit_kind kind;
	struct slice name;
	struct slice value; /* unused by EDIT_REMOVE */
};

/* May a field be called that? RFC 5322 3.6.8. -1: ERR_CONFIG. */
int edit_check_name(const char *name, struct error *err);

/*
 * Append the edited header to `out`. `header` is as in struct message: up to
 * and with the empty line, which an absent header gets with its first field.
 * Lines end as its first line does.
 */
void edit_header(struct slice header, const struct edit *edit, struct buf *out);

/* Append one field. `line_end` is "\n" or "\r\n". */
void edit_field(struct slice name, struct slice value, const char *line_end,
		struct buf *out);

#endif
