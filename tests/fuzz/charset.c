/* SPDX-License-Identifier: ISC */
/* Charsets: any bytes in any of them give the same valid UTF-8, in bounds. */
#include "mail/charset.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "mail/charset_convert.h"
#include "repeat.h"

/* A short text is read in all charsets, others in the one of the first byte. */
#define SHORT_MAX 32

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const fallbacks[][4] = {
	{NULL},
	{"GB18030", "CP1252", NULL},
	{"EUC-JP", "Shift_JIS", NULL},
	{"KOI8-R", "CP949", "BIG5", NULL},
	{"CP1258", "UTF-16LE", "UTF-7", NULL},
};
#define FALLBACKS (sizeof(fallbacks) / sizeof(fallbacks[0]))

static void convert(const struct charset *charset, struct slice bytes,
		    const char *const *fallback, struct buf *out)
{
	if (charset == NULL)
		charset_guess(bytes, fallback, out);
	else
		charset_convert_or_guess(charset, bytes, fallback, out);
}

/* The rest is dropped if it does not fit, but no part of a character. */
static void check_full(const struct charset *charset, struct slice bytes,
		       const char *const *fallback)
{
	struct buf out = BUF_INIT(bytes.len / 2 + 4);

	buf_addstr(&out, "then");
	convert(charset, bytes, fallback, &out);
	assert(out.len <= out.max && memcmp(out.s, "then", 4) == 0);
	assert(charset_is_utf8(buf_slice(&out)));
	buf_release(&out);
}

static void check(const struct charset *charset, struct slice bytes,
		  const char *const *fallback)
{
	struct buf out = BUF_INIT(CHARSET_GROWTH * bytes.len);
	struct buf again = BUF_INIT(SIZE_MAX / 2);
	struct buf copy = BUF_INIT(bytes.len);

	buf_addslice(&copy, bytes);
	convert(charset, bytes, fallback, &out);
	convert(charset, buf_slice(&copy), fallback, &again);
	assert(!out.full && charset_is_utf8(buf_slice(&out)));
	assert(slice_equal(buf_slice(&out), buf_slice(&again)));
	assert(slice_equal(bytes, buf_slice(&copy)));
	check_full(charset, bytes, fallback);
	buf_release(&out);
	buf_release(&again);
	buf_release(&copy);
}

/* Valid UTF-8 stays as it is, but for its mark, under its own label. */
static void check_utf8(struct slice bytes)
{
	struct buf out = BUF_INIT(CHARSET_GROWTH * bytes.len);
	struct slice text = charset_skip_utf8_bom(bytes);

	charset_decode(slice_str("utf-8"), bytes, fallbacks[1], &out);
	assert(!charset_is_utf8(bytes) || charset_holds_jis(bytes) ||
	       slice_equal(buf_slice(&out), text));
	buf_clear(&out);
	charset_add_utf8(bytes, &out);
	assert(!out.full && charset_is_utf8(buf_slice(&out)));
	assert(charset_is_utf8(bytes) == slice_equal(buf_slice(&out), bytes));
	buf_release(&out);
}

static void check_html(struct slice bytes)
{
	struct buf out = BUF_INIT(CHARSET_GROWTH * bytes.len);

	charset_decode_html(SLICE_EMPTY, bytes, fallbacks[1], &out);
	assert(!out.full && charset_is_utf8(buf_slice(&out)));
	buf_release(&out);
}

static void check_in_one(struct slice bytes)
{
	size_t row = (unsigned char)bytes.p[0] % charset_count;

	check(&charset_table[row], slice_skip(bytes, 1), NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice bytes = slice_of((const char *)data, size);

	(void)charset_find(bytes);
	check_utf8(bytes);
	check_html(bytes);
	for (size_t i = 0; i < FALLBACKS; i++)
		check(NULL, bytes, fallbacks[i]);
	if (size > 0)
		check_in_one(bytes);
	for (size_t row = 0; row < charset_count && size <= SHORT_MAX; row++)
		check(&charset_table[row], bytes, fallbacks[row % FALLBACKS]);
	repeat(data, size, check_in_one);
	return 0;
}
