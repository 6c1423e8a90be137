/* SPDX-License-Identifier: ISC */
#include "mail/mime_cms.h"

#include <stdint.h>
#include <string.h>

#include "util/banned.h"

#define TAG_INTEGER  0x02
#define TAG_OCTETS   0x04
#define TAG_OID	     0x06
#define TAG_SEQUENCE 0x30
#define TAG_SET	     0x31
#define TAG_EXPLICIT 0xa0

/* Octets in pieces. */
#define TAG_PIECES 0x24

/* An element: its tag, its content, and what stands behind it. */
struct element {
	unsigned tag;
	bool is_open; /* it ends with two zero bytes, somewhere in its content
		       */
	struct slice content;
	struct slice rest;
};

/* The header of the element at the start of s. False: it is broken. */
static bool read_element(struct slice s, struct element *e)
{
	size_t at = 2, n, len = 0;

	if (s.len < 2 || ((unsigned char)s.p[0] & 0x1f) == 0x1f)
		return false;
	e->tag = (unsigned char)s.p[0];
	n = (unsigned char)s.p[1];
	e->is_open = n == 0x80;
	if (n < 0x80) {
		len = n;
	} else {
		for (n &= 0x7f; n > 0 && at < s.len && len < SIZE_MAX >> 9; n--)
			len = len << 8 | (unsigned char)s.p[at++];
		if (n > 0)
			return false;
	}
	if (e->is_open)
		len = s.len - at;
	if (len > s.len - at)
		return false;
	e->content = slice_of(s.p + at, len);
	e->rest = slice_of(s.p + at + len, s.len - at - len);
	return true;
}

/* Go into the element with that tag at the start of *s. */
static bool enter(struct slice *s, unsigned tag)
{
	struct element e;

	if (!read_element(*s, &e) || e.tag != tag)
		return false;
	*s = e.content;
	return true;
}

/* Go behind the element with that tag. */
static bool skip(struct slice *s, unsigned tag)
{
	struct element e;

	if (!read_element(*s, &e) || e.tag != tag || e.is_open)
		return false;
	*s = e.rest;
	return true;
}

/* Go behind an object identifier with this value. */
static bool skip_oid(struct slice *s, const char *value, size_t len)
{
	struct element e;

	if (!read_element(*s, &e) || e.tag != TAG_OID ||
	    !slice_equal(e.content, slice_of(value, len)))
		return false;
	*s = e.rest;
	return true;
}

/*
 * Append the pieces of octets. They may be nested: headers of pieces that hold
 * pieces, and the ends of open ones, are passed over.
 */
static void join_pieces(struct slice s, struct buf *joined)
{
	struct element e;

	while (read_element(s, &e) &&
	       (e.tag == TAG_OCTETS || e.tag == TAG_PIECES || e.tag == 0)) {
		if (e.tag == TAG_OCTETS)
			buf_addslice(joined, e.content);
		if (e.tag == TAG_PIECES)
			s = slice_of(e.content.p, e.content.len + e.rest.len);
		else
			s = e.rest;
	}
}

bool cms_content(struct slice der, struct buf *joined, struct slice *content)
{
	/* 1.2.840.113549.1.7.2 and .1 */
	static const char signed_data[] =
		"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
	static const char data[] = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
	struct slice s = der;
	struct element e;

	if (!enter(&s, TAG_SEQUENCE) ||
	    !skip_oid(&s, signed_data, sizeof(signed_data) - 1) ||
	    !enter(&s, TAG_EXPLICIT) || !enter(&s, TAG_SEQUENCE) ||
	    !skip(&s, TAG_INTEGER) || !skip(&s, TAG_SET) ||
	    !enter(&s, TAG_SEQUENCE) || !skip_oid(&s, data, sizeof(data) - 1) ||
	    !enter(&s, TAG_EXPLICIT) || !read_element(s, &e))
		return false;
	if (e.tag == TAG_OCTETS) {
		*content = e.content;
		return !e.is_open;
	}
	if (e.tag != TAG_PIECES)
		return false;
	join_pieces(e.content, joined);
	*content = buf_slice(joined);
	return joined->len > 0;
}
