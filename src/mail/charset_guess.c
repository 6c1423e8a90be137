/* SPDX-License-Identifier: ISC */
/*
 * Bytes without a label. Nearly every charset decodes nearly everything, so
 * what comes out is looked at: Latin letters stand alone among ASCII ones,
 * letters of other scripts do not.
 */
#include <string.h>

#include "mail/charset.h"
#include "mail/charset_convert.h"
#include "util/ascii.h"
#include "util/escape.h"

#include "util/banned.h"

/* More 8-bit letters than this in a row are no word of a Latin script. */
#define LATIN_RUN_MAX 3

/* How characters or bytes that are not ASCII stand in a text. */
struct runs {
	size_t n;	/* runs of them */
	size_t lone;	/* runs of one, beside an ASCII letter */
	size_t in_long; /* of them, those in runs over LATIN_RUN_MAX */
	size_t all;
	bool strange; /* controls, or characters of private use */
};

static size_t bytes_in_character(const char *p, size_t len)
{
	size_t n = utf8_sequence(p, len);

	return n == 0 ? 1 : n;
}

/* U+0080 to U+009F, U+E000 to U+F8FF, U+FFFD. */
static bool is_strange(const char *p, size_t n)
{
	const unsigned char *u = (const unsigned char *)p;

	return (n == 2 && u[0] == 0xc2 && u[1] < 0xa0) ||
	       (n == 3 && (u[0] == 0xee || (u[0] == 0xef && u[1] < 0xa4) ||
			   memcmp(p, CHARSET_REPLACEMENT, 3) == 0));
}

static struct runs runs_of(struct slice text)
{
	struct runs runs = {0};

	for (size_t at = 0; at < text.len;) {
		size_t start = at + ascii_prefix(text.p + at, text.len - at);
		size_t in_run = 0;

		for (at = start; at < text.len && (text.p[at] & 0x80) != 0;
		     in_run++) {
			size_t n =
				bytes_in_character(text.p + at, text.len - at);

			runs.strange =
				runs.strange || is_strange(text.p + at, n);
			at += n;
		}
		if (in_run == 0)
			continue;
		runs.n++;
		runs.all += in_run;
		runs.in_long += in_run > LATIN_RUN_MAX ? in_run : 0;
		runs.lone +=
			in_run == 1 &&
			((start > 0 && ascii_is_letter(text.p[start - 1])) ||
			 (at < text.len && ascii_is_letter(text.p[at])));
	}
	return runs;
}

/* Is this what somebody wrote? */
static bool is_sane(const struct charset *charset, struct slice text)
{
	struct runs runs = runs_of(text);

	if (runs.strange)
		return false;
	if (charset->script == SCRIPT_LATIN)
		return runs.in_long * 2 <= runs.all;
	return runs.lone * 2 <= runs.n;
}

/* Are most runs of 8-bit bytes only one byte long? */
static bool is_mostly_ascii_text(struct slice s)
{
	size_t runs = 0, lone = 0;

	for (size_t i = 0; i < s.len;) {
		size_t start = i + ascii_prefix(s.p + i, s.len - i);

		for (i = start; i < s.len && (s.p[i] & 0x80) != 0; i++)
			;
		runs += i > start;
		lone += i == start + 1;
	}
	return lone * 2 > runs;
}

/* GB18030 decodes accented letters with what follows them. */
static bool may_be(const struct charset *charset, struct slice bytes)
{
	return charset != NULL && !(charset == &charset_table[ROW_GB18030] &&
				    is_mostly_ascii_text(bytes));
}

static bool try_name(const char *name, struct slice bytes, bool must_be_sane,
		     struct buf *out)
{
	const struct charset *charset = charset_find(slice_str(name));
	size_t before = out->len;
	bool is_full = out->full;

	if (!may_be(charset, bytes))
		return false;
	if (charset_try(charset, bytes, out) == 0 &&
	    (!must_be_sane ||
	     is_sane(charset, slice_of(out->s + before, out->len - before))))
		return true;
	buf_truncate(out, before);
	out->full = is_full;
	return false;
}

static bool try_names(const char *const *names, struct slice bytes,
		      bool must_be_sane, struct buf *out)
{
	for (; names != NULL && *names != NULL; names++)
		if (try_name(*names, bytes, must_be_sane, out))
			return true;
	return false;
}

void charset_guess(struct slice bytes, const char *const *fallback,
		   struct buf *out)
{
	if (charset_is_surely_utf16(bytes) &&
	    try_name("utf-16", bytes, false, out))
		return;
	if (charset_holds_jis(bytes) &&
	    try_name("iso-2022-jp", bytes, false, out))
		return;
	bytes = charset_skip_utf8_bom(bytes);
	if (!charset_is_utf8(bytes) && !charset_is_mostly_utf8(bytes) &&
	    (try_names(fallback, bytes, true, out) ||
	     try_names(fallback, bytes, false, out)))
		return;
	charset_add_utf8(bytes, out);
}
