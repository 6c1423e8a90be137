/* SPDX-License-Identifier: ISC */
#include "mail/charset.h"

#include <string.h>

#include "mail/charset_convert.h"

#include "util/banned.h"

/* An HTML page that names its charset does so near its top. */
#define META_LOOK 1024

static enum charset_row row_of(const struct charset *charset)
{
	return (enum charset_row)(charset - charset_table);
}

/* Does it decode everything? If not, `out` is left as it was. */
static bool try_whole(enum charset_row row, struct slice bytes, struct buf *out)
{
	size_t before = out->len;
	bool is_full = out->full;

	if (charset_try(&charset_table[row], bytes, out) == 0)
		return true;
	buf_truncate(out, before);
	out->full = is_full;
	return false;
}

/* Another charset of the same language, with which this one is mistaken. */
static bool try_sibling(const struct charset *charset, struct slice bytes,
			struct buf *out)
{
	enum charset_row row = row_of(charset);

	if (charset->kind == CHARSET_HZ)
		return try_whole(ROW_GB18030, bytes, out);
	if (strcmp(charset->iconv_name, "ISO-2022-KR") == 0)
		return try_whole(ROW_CP949, bytes, out);
	if (row != ROW_JIS && row != ROW_SHIFT_JIS && row != ROW_EUC_JP)
		return false;
	/* Shift_JIS last: it takes most bytes for half-width kana. */
	return (row != ROW_EUC_JP && try_whole(ROW_EUC_JP, bytes, out)) ||
	       (row != ROW_SHIFT_JIS && try_whole(ROW_SHIFT_JIS, bytes, out));
}

/* Do escape sequences mean nothing in it? */
static bool has_no_escapes(const struct charset *charset)
{
	return charset->kind == CHARSET_UTF8 ||
	       (charset->kind == CHARSET_ICONV &&
		strncmp(charset->iconv_name, "ISO-2022-", 9) != 0);
}

/* The charset of the bytes, if it is surely not the one of the label. */
static const struct charset *corrected(const struct charset *charset,
				       struct slice bytes)
{
	bool is_wide = charset->kind == CHARSET_UTF16 ||
		       charset->kind == CHARSET_UTF32;

	if (charset_is_surely_utf16(bytes) && !is_wide)
		return &charset_table[ROW_UTF16BE];
	if (slice_is_ascii(bytes) && !is_wide)
		return has_no_escapes(charset) && charset_holds_jis(bytes)
			       ? &charset_table[ROW_JIS]
			       : charset;
	/* Text in UTF-16 has a NUL: that of its blanks and line ends. */
	if (is_wide ? bytes.len > 0 &&
			      memchr(bytes.p, '\0', bytes.len) == NULL &&
			      charset_is_utf8(bytes)
		    : charset_is_surely_utf8(charset->script, bytes))
		return &charset_table[ROW_FIRST_OTHER];
	return charset;
}

/* Does a label of US-ASCII say nothing about these bytes? */
static bool is_no_label(const struct charset *charset, struct slice bytes,
			const char *const *fallback)
{
	return charset->kind == CHARSET_ASCII &&
	       (fallback != NULL || charset_is_utf8(bytes));
}

/*
 * A text part with hardly a character of UTF-8 is not in it. A word in a header
 * may be too short to tell.
 */
static const struct charset *believed(const struct charset *charset,
				      struct slice bytes)
{
	return charset != NULL && charset->kind == CHARSET_UTF8 &&
			       !charset_may_be_utf8(bytes)
		       ? NULL
		       : charset;
}

void charset_convert_or_guess(const struct charset *charset, struct slice bytes,
			      const char *const *fallback, struct buf *out)
{
	size_t before = out->len;
	bool is_full = out->full;

	if (charset != NULL)
		charset = corrected(charset, bytes);
	if (charset == NULL || is_no_label(charset, bytes, fallback)) {
		charset_guess(bytes, fallback, out);
		return;
	}
	if (charset_try(charset, bytes, out) == 0 || slice_is_ascii(bytes) ||
	    charset->kind == CHARSET_UTF8)
		return;
	buf_truncate(out, before);
	out->full = is_full;
	if (charset_is_utf8(bytes))
		charset_add_utf8(bytes, out);
	else if (!try_sibling(charset, bytes, out))
		(void)charset_try(charset, bytes, out);
}

void charset_convert(const struct charset *charset, struct slice bytes,
		     struct buf *out)
{
	charset_convert_or_guess(charset, bytes, NULL, out);
}

void charset_decode(struct slice label, struct slice bytes,
		    const char *const *fallback, struct buf *out)
{
	charset_convert_or_guess(believed(charset_find(label), bytes), bytes,
				 fallback, out);
}

const char *const *charset_names(const struct charset *charset)
{
	static const char *const none[] = {NULL};
	static const char *const japanese[] = {"EUC-JP", "Shift_JIS", NULL};
	static const char *one[] = {NULL, NULL};

	if (charset->kind == CHARSET_JIS)
		return japanese;
	if (charset->kind != CHARSET_HZ && charset->kind != CHARSET_ICONV)
		return none;
	one[0] = charset->iconv_name;
	return one;
}

/*
 * <meta charset="x">, <meta … content="text/html; charset=x">, or <?xml …
 * encoding="x"?>. A page whose "charset=utf-16" can be read is not in it.
 */
static const struct charset *own_charset(struct slice html)
{
	size_t look = html.len < META_LOOK ? html.len : META_LOOK;
	struct slice head = slice_of(html.p, look), label;

	while (charset_next_label(&head, &label)) {
		const struct charset *own = charset_find(label);

		if (own != NULL && own->kind != CHARSET_UTF16 &&
		    own->kind != CHARSET_UTF32)
			return own;
	}
	return NULL;
}

void charset_decode_html(struct slice label, struct slice bytes,
			 const char *const *fallback, struct buf *out)
{
	const struct charset *charset = believed(charset_find(label), bytes);

	if (charset == NULL || charset->kind == CHARSET_ASCII) {
		const struct charset *own = own_charset(bytes);

		charset = own == NULL ? charset : own;
	}
	charset_convert_or_guess(believed(charset, bytes), bytes, fallback,
				 out);
}
