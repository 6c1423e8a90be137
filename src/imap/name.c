/* SPDX-License-Identifier: ISC */
/*
 * Modified UTF-7: "&" begins base64 of UTF-16, with "," for "/" and without
 * "=", up to a "-". There is one way to write each name, so a name is well
 * formed if its path makes it again.
 */
#include "imap/name.h"

#include <string.h>

#include "imap/response.h"
#include "util/ascii.h"
#include "util/base64.h"
#include "util/escape.h"

#include "util/banned.h"

/* UTF-8 has at most 3 bytes for 2 of UTF-16. */
#define PATH_MAX_BYTES (2 * FOLDER_NAME_MAX)

/* Is it UTF-8 without control characters? */
static bool is_text(struct slice s)
{
	size_t n;

	for (size_t i = 0; i < s.len; i += n) {
		n = utf8_sequence(s.p + i, s.len - i);
		if (n == 0 || (unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return false;
	}
	return true;
}

static void add_utf8(struct buf *out, unsigned long c)
{
	if (c < 0x80) {
		buf_addch(out, (char)c);
	} else if (c < 0x800) {
		buf_addch(out, (char)(0xc0 | c >> 6));
		buf_addch(out, (char)(0x80 | (c & 0x3f)));
	} else if (c < 0x10000) {
		buf_addch(out, (char)(0xe0 | c >> 12));
		buf_addch(out, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_addch(out, (char)(0x80 | (c & 0x3f)));
	} else {
		buf_addch(out, (char)(0xf0 | c >> 18));
		buf_addch(out, (char)(0x80 | (c >> 12 & 0x3f)));
		buf_addch(out, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_addch(out, (char)(0x80 | (c & 0x3f)));
	}
}

static unsigned long utf16_at(struct slice s, size_t i)
{
	return (unsigned long)(unsigned char)s.p[i] << 8 |
	       (unsigned char)s.p[i + 1];
}

/* A lone surrogate becomes bytes that are not UTF-8, and does not return. */
static void utf16_to_utf8(struct slice s, struct buf *out)
{
	for (size_t i = 0; i + 1 < s.len; i += 2) {
		unsigned long c = utf16_at(s, i);

		if (c >> 10 == 0xd800 >> 10 && i + 3 < s.len &&
		    utf16_at(s, i + 2) >> 10 == 0xdc00 >> 10) {
			i += 2;
			c = 0x10000 + ((c & 0x3ff) << 10) +
			    (utf16_at(s, i) & 0x3ff);
		}
		add_utf8(out, c);
	}
}

/* The text between "&" and "-". */
static bool decode_part(struct slice part, struct buf *out)
{
	struct buf text = BUF_INIT(FOLDER_NAME_MAX + 3);
	struct buf utf16 = BUF_INIT(FOLDER_NAME_MAX);
	bool ok;

	buf_addslice(&text, part);
	for (size_t i = 0; i < text.len; i++)
		if (text.s[i] == ',')
			text.s[i] = '/';
	while (text.len % 4 != 0)
		buf_addch(&text, '=');
	ok = base64_decode(buf_slice(&text), &utf16);
	if (ok)
		utf16_to_utf8(buf_slice(&utf16), out);
	buf_release(&text);
	buf_release(&utf16);
	return ok;
}

static bool decode(struct slice name, struct buf *out)
{
	while (name.len > 0) {
		struct slice plain = slice_until(name, "&"), part;

		buf_addslice(out, plain);
		name = slice_skip(name, plain.len);
		if (name.len == 0)
			break;
		name = slice_skip(name, 1);
		part = slice_until(name, "-");
		if (part.len == name.len)
			return false;
		name = slice_skip(name, part.len + 1);
		if (part.len == 0)
			buf_addch(out, '&');
		else if (!decode_part(part, out))
			return false;
	}
	return true;
}

static void add_utf16(struct buf *out, unsigned long c)
{
	if (c >= 0x10000) {
		add_utf16(out, 0xd800 + ((c - 0x10000) >> 10));
		c = 0xdc00 + ((c - 0x10000) & 0x3ff);
	}
	buf_addch(out, (char)(c >> 8));
	buf_addch(out, (char)c);
}

/* "&", base64 and "-"; *utf16 is empty then. */
static void encode_part(struct buf *utf16, struct buf *out)
{
	size_t start = out->len;

	if (utf16->len == 0)
		return;
	buf_addch(out, '&');
	base64_encode(buf_slice(utf16), out);
	while (out->len > start && out->s[out->len - 1] == '=')
		buf_truncate(out, out->len - 1);
	for (size_t i = start; i < out->len; i++)
		if (out->s[i] == '/')
			out->s[i] = ',';
	buf_addch(out, '-');
	buf_clear(utf16);
}

/* The text is UTF-8. */
static void encode(struct slice path, struct buf *out)
{
	struct buf utf16 = BUF_INIT(2 * PATH_MAX_BYTES);
	size_t n;

	for (size_t i = 0; i < path.len; i += n) {
		n = utf8_sequence(path.p + i, path.len - i);
		if (n > 1) {
			add_utf16(&utf16, utf8_character(path.p + i, n));
			continue;
		}
		encode_part(&utf16, out);
		buf_addstr(out, path.p[i] == '&' ? "&-" : "");
		if (path.p[i] != '&')
			buf_addch(out, path.p[i]);
	}
	encode_part(&utf16, out);
	buf_release(&utf16);
}

static bool decode_well(struct slice name, struct buf *path)
{
	struct buf again = BUF_INIT(2 * PATH_MAX_BYTES);
	bool ok = slice_is_ascii(name) && decode(name, path) && !path->full &&
		  is_text(buf_slice(path));

	if (ok) {
		encode(buf_slice(path), &again);
		ok = slice_equal(buf_slice(&again), name);
	}
	buf_release(&again);
	return ok;
}

static void replace(struct buf *text, char from, char to)
{
	if (from == '\0' || to == '\0')
		return;
	for (size_t i = 0; i < text->len; i++)
		if (text->s[i] == from)
			text->s[i] = to;
}

bool name_to_path(struct slice name, char delimiter, bool is_utf8,
		  struct buf *path)
{
	struct buf text = BUF_INIT(PATH_MAX_BYTES);
	bool ok;

	if (is_utf8) {
		ok = is_text(name);
		buf_addslice(&text, name);
	} else {
		ok = decode_well(name, &text);
	}
	replace(&text, delimiter, '/');
	buf_addslice(path, ok ? buf_slice(&text) : name);
	buf_release(&text);
	return ok;
}

bool name_of_path(struct slice path, char delimiter, bool is_utf8,
		  struct buf *name)
{
	struct buf text = BUF_INIT(FOLDER_NAME_MAX);
	struct buf wire = BUF_INIT(FOLDER_NAME_MAX);
	bool ok;

	buf_addslice(&text, path);
	replace(&text, '/', delimiter);
	ok = !text.full && is_text(path);
	if (ok && !is_utf8)
		encode(buf_slice(&text), &wire);
	else
		buf_addslice(&wire, buf_slice(&text));
	ok = ok && !wire.full;
	buf_addslice(name, ok ? buf_slice(&wire) : path);
	buf_release(&text);
	buf_release(&wire);
	return ok;
}

void name_to_key(struct slice name, char delimiter, bool is_utf8,
		 struct buf *key)
{
	struct buf path = BUF_INIT(PATH_MAX_BYTES);
	struct buf other = BUF_INIT(FOLDER_NAME_MAX);
	bool has_path = name_to_path(name, delimiter, is_utf8, &path);
	bool is_path =
		name_of_path(buf_slice(&path), delimiter, is_utf8, &other);
	/* No path of another ends so, nor does a name that is one. */
	bool is_marked = path.len > 0 && path.s[path.len - 1] == '/';

	is_marked |= is_path && !slice_equal(buf_slice(&other), name);
	if (is_marked || !has_path)
		buf_addslice(key, name);
	else
		buf_addslice(key, buf_slice(&path));
	if (is_marked)
		buf_addstr(key, "//");
	buf_release(&path);
	buf_release(&other);
}

/* A position before a star is one behind it, too. */
static void pass_stars(struct slice pattern, bool *at)
{
	for (size_t i = 0; i < pattern.len; i++)
		if (at[i] && (pattern.p[i] == '*' || pattern.p[i] == '%'))
			at[i + 1] = true;
}

/* All positions of the pattern at once: no pattern can make it slow. */
bool name_matches(struct slice pattern, struct slice path)
{
	bool at[NAME_PATTERN_MAX + 1] = {true};

	if (pattern.len > NAME_PATTERN_MAX)
		return false;
	if (slice_equal_nocase(path, slice_str("INBOX")) &&
	    slice_equal_nocase(pattern, path))
		return true;
	pass_stars(pattern, at);
	for (size_t k = 0; k < path.len; k++) {
		char c = path.p[k];

		for (size_t i = pattern.len + 1; i-- > 0;) {
			bool stays = i < pattern.len && at[i] &&
				     (pattern.p[i] == '*' ||
				      (pattern.p[i] == '%' && c != '/'));

			at[i] = stays ||
				(i > 0 && at[i - 1] && pattern.p[i - 1] == c);
		}
		pass_stars(pattern, at);
	}
	return at[pattern.len];
}
