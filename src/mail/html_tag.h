/* SPDX-License-Identifier: ISC */
/*
 * Tags of HTML, as the standard's tokenizer reads them, and what postroom has
 * to know of the elements.
 *
 *	size_t n = html_tag_read(html, &tag);
 *	struct slice rest = tag.attributes, name, value;
 *
 *	while (html_tag_attribute(&rest, &name, &value))
 *		…
 */
#ifndef MAIL_HTML_TAG_H
#define MAIL_HTML_TAG_H

#include <stdbool.h>
#include <stdint.h>

#include "util/ascii.h"
#include "util/buf.h"

enum {
	ELEMENT_BLOCK = 1,	 /* a line of its own */
	ELEMENT_CELL = 2,	 /* of a table: a blank before it */
	ELEMENT_VOID = 4,	 /* has no content and no end tag */
	ELEMENT_HIDDEN = 8,	 /* its content is never shown */
	ELEMENT_RAW = 16,	 /* its content has no tags */
	ELEMENT_FORMAT = 32,	 /* its end tag may cross other elements */
	ELEMENT_FENCE = 64,	 /* an end tag inside it ends nothing outside */
	ELEMENT_ENDS_P = 128,	 /* its start ends an open paragraph */
	ELEMENT_ENDS_SAME = 256, /* its start ends an open one of its kind */
	ELEMENT_TABLE = 512,
	ELEMENT_ROWS = 1024, /* a row, a group of rows, the caption */
	ELEMENT_TERM = 2048, /* dd or dt */
	ELEMENT_LIST = 4096
};

struct tag {
	struct slice name;
	unsigned kind;	  /* of the element; 0 for unknown ones */
	uint64_t letters; /* the first eight of the name, in lower case */
	bool is_end;
	bool closed; /* it has its ">" */
	struct slice attributes;
};

/* The blanks that HTML and CSS have between words. */
static inline bool html_is_blank(char c)
{
	return ascii_is_space(c) || c == '\f';
}

/* html_tag_letters("td") names the element of that tag. */
uint64_t html_tag_letters(struct slice name);

/* Can a tag begin here: "<" or "</" and a letter? */
bool html_tag_begins(struct slice s);

/* The length of the tag at the start of `s`, where one begins. */
size_t html_tag_read(struct slice s, struct tag *out);

/*
 * Take the next attribute from *rest. The value is a view, not decoded; it is
 * empty when there is none. False: there are no more.
 */
bool html_tag_attribute(struct slice *rest, struct slice *name,
			struct slice *value);

/* The offset of `</name` with the end of the name behind it; or all of `s`. */
size_t html_tag_find_end(struct slice s, struct slice name);

#endif
