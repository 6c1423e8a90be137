/* SPDX-License-Identifier: ISC */
#include "mail/entity.h"

#include <string.h>

#include "mail/entity_table.h"
#include "util/ascii.h"

#include "util/banned.h"

/* The longest name has 31 letters. */
#define NAME_MAX_BYTES 31

/* Names that may stand without ";" have 2 to 6 letters. */
#define BARE_MIN 2
#define BARE_MAX 6

#define REPLACEMENT 0xfffdU

/* Browsers read the numbers 0x80 to 0x9f as Windows-1252; 0: no such sign. */
static const unsigned short windows[32] = {
	0x20ac, 0,	0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
	0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,	0x017d, 0,
	0,	0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
	0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,	0x017e, 0x0178,
};

static unsigned sane_code(unsigned code)
{
	if (code >= 0x80 && code < 0xa0 && windows[code - 0x80] != 0)
		return windows[code - 0x80];
	if (code == 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return REPLACEMENT;
	return code;
}

static size_t read_number(struct slice s, struct entity *out)
{
	bool is_hex = s.len > 2 && (s.p[2] == 'x' || s.p[2] == 'X');
	size_t first = is_hex ? 3 : 2, i;
	unsigned code = 0;

	for (i = first; i < s.len; i++) {
		int digit = ascii_hex_value(s.p[i]);

		if (digit == -1 || (!is_hex && digit > 9))
			break;
		if (code <= 0x10ffff)
			code = code * (is_hex ? 16 : 10) + (unsigned)digit;
	}
	if (i == first)
		return 0;
	out->codes[0] = sane_code(code);
	out->n = 1;
	return i < s.len && s.p[i] == ';' ? i + 1 : i;
}

/* The name at the start of a row or behind a blank of it. */
static struct slice name_at(const char *p)
{
	return slice_of(p, strcspn(p, "=*"));
}

/* "=3a9", "*26", "=226a+20d2". */
static void read_codes(const char *p, struct entity *out)
{
	out->n = 0;
	while (out->n < 2 && (*p == '=' || *p == '*' || *p == '+')) {
		unsigned code = 0;
		int digit;

		while ((digit = ascii_hex_value(*++p)) != -1)
			code = code * 16 + (unsigned)digit;
		out->codes[out->n++] = code;
	}
}

/* `bare`: only a name that may stand without ";". */
static bool find_name(struct slice name, bool bare, struct entity *out)
{
	size_t low = 0, high = entity_n_rows;
	const char *p;

	/* The last row whose first name is not behind ours. */
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (slice_compare(name_at(entity_rows[middle]), name) <= 0)
			low = middle;
		else
			high = middle;
	}
	for (p = entity_rows[low]; *p != '\0'; p += *p == ' ') {
		struct slice have = name_at(p);

		p += have.len;
		if (slice_equal(have, name)) {
			read_codes(p, out);
			return !bare || *p == '*';
		}
		p += strcspn(p, " ");
	}
	return false;
}

size_t entity_read(struct slice s, bool in_attribute, struct entity *out)
{
	size_t n = 1;

	if (s.len > 1 && s.p[1] == '#')
		return read_number(s, out);
	while (n < s.len && n <= NAME_MAX_BYTES &&
	       (ascii_is_letter(s.p[n]) || ascii_is_digit(s.p[n])))
		n++;
	if (n < BARE_MIN + 1)
		return 0;
	if (n < s.len && s.p[n] == ';' &&
	    find_name(slice_of(s.p + 1, n - 1), false, out))
		return n + 1;
	/* "&notit;" is "¬it;", but an address may have "?a=b&notit=c". */
	if (in_attribute) {
		if ((n < s.len && s.p[n] == '=') || n > BARE_MAX + 1)
			return 0;
		return find_name(slice_of(s.p + 1, n - 1), true, out) ? n : 0;
	}
	if (n > BARE_MAX + 1)
		n = BARE_MAX + 1;
	for (; n > BARE_MIN; n--)
		if (find_name(slice_of(s.p + 1, n - 1), true, out))
			return n;
	return 0;
}

void entity_add_code(struct buf *out, unsigned code)
{
	char c[4];
	size_t n = 0;

	if (code < 0x80) {
		c[n++] = (char)code;
	} else if (code < 0x800) {
		c[n++] = (char)(0xc0 | code >> 6);
	} else if (code < 0x10000) {
		c[n++] = (char)(0xe0 | code >> 12);
		c[n++] = (char)(0x80 | (code >> 6 & 0x3f));
	} else {
		c[n++] = (char)(0xf0 | code >> 18);
		c[n++] = (char)(0x80 | (code >> 12 & 0x3f));
		c[n++] = (char)(0x80 | (code >> 6 & 0x3f));
	}
	if (code >= 0x80)
		c[n++] = (char)(0x80 | (code & 0x3f));
	buf_add(out, c, n);
}

void entity_decode_attribute(struct slice value, struct buf *out)
{
	struct entity e;

	while (value.len > 0) {
		const char *and = memchr(value.p, '&', value.len);
		size_t n = and == NULL ? value.len : (size_t)(and-value.p);

		buf_add(out, value.p, n);
		value = slice_of(value.p + n, value.len - n);
		if (value.len == 0)
			break;
		n = entity_read(value, true, &e);
		for (unsigned i = 0; n > 0 && i < e.n; i++)
			entity_add_code(out, e.codes[i]);
		if (n == 0) {
			buf_addch(out, '&');
			n = 1;
		}
		value = slice_of(value.p + n, value.len - n);
	}
}
