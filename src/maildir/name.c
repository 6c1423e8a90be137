/* SPDX-License-Identifier: ISC */
#include "maildir/name.h"

#include <stdint.h>
#include <string.h>

#include "util/escape.h"

#include "util/banned.h"

/* The bits of UTF-16 on their way to modified base64. */
struct shift {
	uint32_t bits;
	int n;
	bool open; /* between "&" and "-" */
};

static void put_sextets(struct shift *s, struct buf *out)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "abcdefghijklmnopqrstuvwxyz0123456789+,";

	while (s->n >= 6) {
		s->n -= 6;
		buf_addch(out, alphabet[s->bits >> s->n & 63]);
	}
}

static void put_unit(struct shift *s, uint32_t unit, struct buf *out)
{
	if (!s->open)
		buf_addch(out, '&');
	s->open = true;
	s->bits = (s->bits & 0xff) << 16 | unit;
	s->n += 16;
	put_sextets(s, out);
}

static void end_shift(struct shift *s, struct buf *out)
{
	if (!s->open)
		return;
	if (s->n > 0) {
		s->bits <<= 6 - s->n;
		s->n = 6;
		put_sextets(s, out);
	}
	buf_addch(out, '-');
	memset(s, 0, sizeof(*s));
}

static void put_code_point(struct shift *s, uint32_t c, struct buf *out)
{
	if (c >= 0x20 && c < 0x7f) {
		end_shift(s, out);
		buf_addch(out, (char)c);
		if (c == '&')
			buf_addch(out, '-');
	} else if (c >= 0x10000) {
		c -= 0x10000;
		put_unit(s, 0xd800 | c >> 10, out);
		put_unit(s, 0xdc00 | (c & 0x3ff), out);
	} else {
		put_unit(s, c, out);
	}
}

/* In modified UTF-7 (RFC 3501 5.1.3). Invalid UTF-8 becomes "_". */
static void put_utf7(struct slice utf8, struct buf *out)
{
	struct shift shift = {0};

	for (size_t i = 0; i < utf8.len;) {
		size_t n = utf8_sequence(utf8.p + i, utf8.len - i);

		put_code_point(&shift,
			       n == 0 ? (uint32_t)'_'
				      : utf8_character(utf8.p + i, n),
			       out);
		i += n == 0 ? 1 : n;
	}
	end_shift(&shift, out);
}

static bool is_reserved(struct slice level)
{
	return slice_equal(level, slice_str("cur")) ||
	       slice_equal(level, slice_str("new")) ||
	       slice_equal(level, slice_str("tmp"));
}

static void put_level(enum layout layout, enum folder_encoding encoding,
		      struct slice level, struct buf *out)
{
	size_t start = out->len;

	if (encoding == ENCODING_UTF7)
		put_utf7(level, out);
	else
		buf_addslice(out, level);
	if (layout == LAYOUT_FS && is_reserved(level))
		buf_addch(out, '_');
	for (size_t i = start; layout == LAYOUT_MAILDIRPP && i < out->len; i++)
		if (out->s[i] == '.')
			out->s[i] = '_';
}

void maildir_name_path(enum layout layout, enum folder_encoding encoding,
		       const char *name, struct buf *out)
{
	struct slice rest = slice_str(name), level;
	bool first = true;

	if (layout == LAYOUT_MAILDIRPP &&
	    slice_equal_nocase(rest, slice_str("inbox"))) {
		buf_addch(out, '.');
		return;
	}
	while (slice_split(&rest, '/', &level)) {
		if (layout == LAYOUT_MAILDIRPP)
			buf_addch(out, '.');
		else if (!first)
			buf_addch(out, '/');
		put_level(layout, encoding, level, out);
		first = false;
	}
}
