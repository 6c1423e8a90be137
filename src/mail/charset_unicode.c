/* SPDX-License-Identifier: ISC */
/* The forms of Unicode: what is valid, and which one it is. */
#include <string.h>

#include "mail/charset.h"
#include "mail/charset_convert.h"
#include "util/ascii.h"
#include "util/escape.h"

#include "util/banned.h"

/* The length of the start of the bytes that is valid UTF-8. */
static size_t utf8_prefix(struct slice s)
{
	size_t at = 0;

	while (at < s.len) {
		size_t n = ascii_prefix(s.p + at, s.len - at);

		if (n == 0)
			n = utf8_sequence(s.p + at, s.len - at);
		if (n == 0)
			break;
		at += n;
	}
	return at;
}

bool charset_is_utf8(struct slice bytes)
{
	return utf8_prefix(bytes) == bytes.len;
}

/* May `second` follow `lead`? (Unicode 15, table 3-7.) */
static bool second_fits(unsigned char lead, unsigned char second)
{
	unsigned char low = 0x80, high = 0xbf;

	if (lead < 0xc2 || lead > 0xf4)
		return false;
	if (lead == 0xe0)
		low = 0xa0;
	else if (lead == 0xed)
		high = 0x9f;
	else if (lead == 0xf0)
		low = 0x90;
	else if (lead == 0xf4)
		high = 0x8f;
	return second >= low && second <= high;
}

/* The length of a sequence that begins well but is cut off; at least 1. */
static size_t utf8_cut_off(struct slice s)
{
	const unsigned char *u = (const unsigned char *)s.p;

	if (s.len < 2 || !second_fits(u[0], u[1]))
		return 1;
	if (u[0] < 0xf0 || s.len < 3 || (u[2] & 0xc0) != 0x80)
		return 2;
	return 3;
}

void charset_add_utf8(struct slice bytes, struct buf *out)
{
	while (bytes.len > 0 && !out->full) {
		size_t n = utf8_prefix(bytes);

		buf_add(out, bytes.p, n);
		bytes = slice_of(bytes.p + n, bytes.len - n);
		if (bytes.len == 0)
			break;
		buf_addstr(out, CHARSET_REPLACEMENT);
		n = utf8_cut_off(bytes);
		bytes = slice_of(bytes.p + n, bytes.len - n);
	}
}

static bool starts(struct slice s, const char *mark, size_t len)
{
	return s.len >= len && memcmp(s.p, mark, len) == 0;
}

struct slice charset_skip_utf8_bom(struct slice bytes)
{
	if (starts(bytes, "\xef\xbb\xbf", 3))
		return slice_of(bytes.p + 3, bytes.len - 3);
	return bytes;
}

/* Scripts whose letters have two bytes, by the first of these. */
enum {
	LATIN,
	GREEK,
	CYRILLIC,
	HEBREW,
	ARABIC,
	RARE, /* phonetics, Armenian, Syriac and others */
	N_SCRIPTS,
};

/* How much of the text is valid UTF-8. */
struct census {
	size_t bytes;	  /* 8-bit ones */
	size_t valid;	  /* those in valid characters */
	size_t two, more; /* characters of two bytes, of three and four */
	size_t starts;	  /* of characters that lack their end */
	size_t lone;	  /* bytes that are nothing of that */
	size_t scripts[N_SCRIPTS]; /* of those of two bytes */
};

static int script_of(unsigned char first)
{
	static const struct {
		unsigned char last;
		int script;
	} ranges[] = {
		{0xc5, LATIN}, {0xcd, RARE},   {0xcf, GREEK},  {0xd3, CYRILLIC},
		{0xd5, RARE},  {0xd7, HEBREW}, {0xdb, ARABIC}, {0xff, RARE},
	};

	size_t i = 0;

	while (first > ranges[i].last)
		i++;
	return ranges[i].script;
}

static struct census count(struct slice s)
{
	struct census c = {0};

	for (size_t at = 0; at < s.len;) {
		size_t n = ascii_prefix(s.p + at, s.len - at);

		if (n > 0) {
			at += n;
			continue;
		}
		n = utf8_sequence(s.p + at, s.len - at);
		c.valid += n;
		c.two += n == 2;
		c.more += n > 2;
		if (n == 2)
			c.scripts[script_of((unsigned char)s.p[at])]++;
		if (n == 0) {
			n = utf8_cut_off(slice_skip(s, at));
			c.starts += n > 1;
			c.lone += n == 1;
		}
		c.bytes += n;
		at += n;
	}
	return c;
}

/*
 * Damaged text has letters of one script, perhaps with Latin ones. Letters of
 * many are Chinese text in GB 2312, some of whose pairs are valid by chance.
 */
static bool has_one_script(const struct census *c)
{
	size_t most = 0;

	for (int i = GREEK; i < RARE; i++)
		if (c->scripts[i] > most)
			most = c->scripts[i];
	return c->more > 0 || most + c->scripts[LATIN] >= c->two - c->two / 4;
}

bool charset_may_be_utf8(struct slice bytes)
{
	struct census c = count(bytes);

	return (c.two + c.more + c.starts) * 2 >= c.lone &&
	       (c.valid == c.bytes || has_one_script(&c));
}

/*
 * Valid UTF-8 under another label: "fÃ¼r" is no Latin 1, but two Cyrillic
 * letters or two Chinese characters may look like one of UTF-8.
 */
bool charset_is_surely_utf8(enum charset_script labelled, struct slice bytes)
{
	struct census c = count(bytes);

	if (c.valid != c.bytes)
		return false;
	switch (labelled) {
	case SCRIPT_LATIN:
		return c.two + c.more > 0;
	case SCRIPT_OTHER:
		return c.two + c.more > 1;
	case SCRIPT_MULTI:
		break;
	}
	return c.more > 1;
}

bool charset_is_mostly_utf8(struct slice bytes)
{
	struct census c = count(bytes);

	return c.two + c.more > 1 && c.valid >= c.bytes - c.bytes / 4 &&
	       has_one_script(&c);
}

/* How many NULs stand at `place` of each unit. */
static size_t nuls_at(struct slice s, size_t unit, size_t place)
{
	size_t n = 0;

	for (size_t i = place; i < s.len; i += unit)
		n += s.p[i] == '\0';
	return n;
}

bool charset_is_surely_utf16(struct slice bytes)
{
	return (starts(bytes, "\xff\xfe", 2) || starts(bytes, "\xfe\xff", 2)) &&
	       memchr(bytes.p, '\0', bytes.len) != NULL;
}

/* RFC 2781 4.3: without any sign it is big-endian. */
enum charset_row charset_utf16_row(const struct charset *charset,
				   struct slice bytes)
{
	size_t high = nuls_at(bytes, 2, 0), low = nuls_at(bytes, 2, 1);

	if (starts(bytes, "\xff\xfe", 2))
		return ROW_UTF16LE;
	if (starts(bytes, "\xfe\xff", 2))
		return ROW_UTF16BE;
	if (high != low)
		return high > low ? ROW_UTF16BE : ROW_UTF16LE;
	return charset == &charset_table[ROW_UTF16LE] ? ROW_UTF16LE
						      : ROW_UTF16BE;
}

enum charset_row charset_utf32_row(const struct charset *charset,
				   struct slice bytes)
{
	size_t high = nuls_at(bytes, 4, 0), low = nuls_at(bytes, 4, 3);

	if (starts(bytes, "\xff\xfe\0\0", 4))
		return ROW_UTF32LE;
	if (starts(bytes, "\0\0\xfe\xff", 4))
		return ROW_UTF32BE;
	if (high != low)
		return high > low ? ROW_UTF32BE : ROW_UTF32LE;
	return charset == &charset_table[ROW_UTF32LE] ? ROW_UTF32LE
						      : ROW_UTF32BE;
}
