/* SPDX-License-Identifier: ISC */
#include "mail/mime_decode.h"

#include <stdint.h>
#include <string.h>

#include "mail/mime_uu.h"
#include "util/ascii.h"
#include "util/base64.h"

#include "util/banned.h"

/* Classes of bytes in base64 that are no letters. */
#define PADDING 64
#define BLANK	65
#define JUNK	66

/* Room for a group that is decoded when the buffer ends within it. */
#define GROUP 3

struct writer {
	char *at, *end;
};

enum mime_encoding mime_encoding_of(struct slice field)
{
	static const struct {
		const char *name;
		enum mime_encoding encoding;
	} names[] = {
		{"base64", MIME_ENCODING_BASE64},
		{"quoted-printable", MIME_ENCODING_QUOTED},
		{"x-uuencode", MIME_ENCODING_UU},
		{"uuencode", MIME_ENCODING_UU},
		{"x-uue", MIME_ENCODING_UU},
	};

	size_t start = 0, end;

	while (start < field.len &&
	       (ascii_is_space(field.p[start]) || field.p[start] == '"'))
		start++;
	end = start;
	while (end < field.len &&
	       (ascii_is_letter(field.p[end]) || ascii_is_digit(field.p[end]) ||
		field.p[end] == '-'))
		end++;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (slice_equal_nocase(slice_of(field.p + start, end - start),
				       slice_str(names[i].name)))
			return names[i].encoding;
	return MIME_ENCODING_NONE;
}

/* Reserve up to `most` bytes; at least none. */
static struct writer begin(struct buf *out, size_t most)
{
	size_t room = out->max - out->len;

	if (most > room)
		most = room;
	(void)buf_reserve(out, most);
	return (struct writer){out->s + out->len, out->s + out->len + most};
}

static struct slice finish(struct buf *out, size_t from, const struct writer *w,
			   bool cut)
{
	out->len = (size_t)(w->at - out->s);
	if (cut)
		out->full = true;
	buf_terminate(out);
	return slice_of(out->s + from, out->len - from);
}

static void fill_classes(unsigned char classes[256])
{
	for (int c = 0; c < 256; c++) {
		int digit = base64_digit((char)c);

		classes[c] = digit == -1 ? JUNK : (unsigned char)digit;
		if (ascii_is_space((char)c))
			classes[c] = BLANK;
	}
	classes['='] = PADDING;
}

/*
 * Where the line at `at` ends, if it is no base64; else `at`. Words with blanks
 * between them are none.
 */
static size_t skip_footer(struct slice s, size_t at,
			  const unsigned char classes[256])
{
	size_t end = at;
	bool junk = false, letter = false, blank = false;

	for (; end < s.len && s.p[end] != '\n'; end++) {
		unsigned char class = classes[(unsigned char)s.p[end]];

		junk = junk || class == JUNK || (blank && class < PADDING);
		letter = letter || class < PADDING;
		blank = letter && class == BLANK;
	}
	return junk ? end : at;
}

/* Write the bytes of `n` letters, n - 1. False: there is no room. */
static bool write_group(struct writer *w, uint32_t group, unsigned n)
{
	group <<= 6 * (4 - n);
	for (unsigned i = 0; i + 1 < n; i++) {
		if (w->at == w->end)
			return false;
		*w->at++ = (char)(group >> (16 - 8 * i) & 0xff);
	}
	return true;
}

static struct slice decode_base64(struct slice s, struct buf *out)
{
	unsigned char classes[256];
	size_t from = out->len;
	struct writer w = begin(out, s.len / 4 * 3 + 2 * GROUP);
	uint32_t group = 0;
	unsigned n = 0;
	bool padded = false, ok = true;

	fill_classes(classes);
	for (size_t i = 0; i < s.len && ok; i++) {
		unsigned char class = classes[(unsigned char)s.p[i]];

		if (class < PADDING) {
			group = group << 6 | class;
			if (++n < 4)
				continue;
			ok = write_group(&w, group, n);
			group = n = 0;

		} else if (class == PADDING && n > 1) {
			ok = write_group(&w, group, n);
			padded = true;
			group = n = 0;
		} else if (padded && s.p[i] == '\n') {

			i = skip_footer(s, i + 1, classes) - 1;
		}
	}
	ok = ok && write_group(&w, group, n);
	return finish(out, from, &w, !ok);
}

/* How long the soft line end is that begins with the "=" at `at`; 0: none. */
static size_t soft_end(struct slice s, size_t at)
{
	size_t i = at + 1;

	while (i < s.len && (ascii_is_blank(s.p[i]) || s.p[i] == '\r'))
		i++;
	if (i == s.len)
		return i - at;
	return s.p[i] == '\n' ? i + 1 - at : 0;
}

/* Blanks at the end of a line were added on the way (RFC 2045 6.7). */
static size_t lost_blanks(struct slice s, size_t at)
{
	size_t i = at;

	while (i < s.len && ascii_is_blank(s.p[i]))
		i++;
	return i == s.len || ascii_is_line_end(s.p[i]) ? i - at : 0;
}

/* Copy what stands for itself; the last byte is left. Returns where it ends. */
static size_t copy_plain(struct slice s, size_t i, struct writer *w)
{
	while (s.p[i] > ' ' && s.p[i] != '=' && w->at + 1 < w->end &&
	       i + 1 < s.len)
		*w->at++ = s.p[i++];
	return i;
}

static struct slice decode_quoted(struct slice s, struct buf *out)
{
	size_t from = out->len, i = 0;
	struct writer w = begin(out, s.len);

	while (i < s.len && w.at < w.end) {
		size_t skip = 0;
		int byte = -1;

		i = copy_plain(s, i, &w);
		if (s.p[i] == '=') {
			skip = soft_end(s, i);
			if (skip == 0 && s.len - i > 2)
				byte = ascii_hex_byte(s.p + i + 1);
		} else if (ascii_is_blank(s.p[i])) {
			skip = lost_blanks(s, i);
			/* A run is looked at once. */
			while (skip == 0 && ascii_is_blank(s.p[i]) &&
			       w.at + 1 < w.end && ascii_is_blank(s.p[i + 1]))
				*w.at++ = s.p[i++];
		}
		if (skip == 0)
			*w.at++ = byte == -1 ? s.p[i] : (char)byte;
		i += skip > 0 ? skip : byte == -1 ? 1 : 3;
	}
	return finish(out, from, &w, i < s.len);
}

enum mime_quoting mime_quoting_of(struct slice line)
{
	enum mime_quoting found = QUOTING_UNKNOWN;

	line = slice_trim(line);
	for (size_t i = 0; i + 1 < line.len; i++) {
		if (line.p[i] != '=')
			continue;
		if (line.len - i < 3 || ascii_hex_byte(line.p + i + 1) == -1)
			return QUOTING_NO;
		if (slice_starts_nocase(slice_skip(line, i), "=3D"))
			found = QUOTING_YES;
	}
	return found;
}

static struct slice decode_uu(struct slice s, struct buf *out)
{
	struct slice rest = s, before, name;
	size_t from = out->len;

	if (!uu_next(&rest, &before, &name, out))
		return s;
	return slice_of(out->s + from, out->len - from);
}

struct slice mime_decode(enum mime_encoding encoding, struct slice bytes,
			 struct buf *out)
{
	switch (encoding) {
	case MIME_ENCODING_BASE64:
		return decode_base64(bytes, out);
	case MIME_ENCODING_QUOTED:
		return decode_quoted(bytes, out);
	case MIME_ENCODING_UU:
		return decode_uu(bytes, out);
	case MIME_ENCODING_NONE:
		break;
	}
	return bytes;
}
