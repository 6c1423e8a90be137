/* SPDX-License-Identifier: ISC */
#include "mail/charset.h"
#include "mail/charset_convert.h"

#include "util/banned.h"

/* By way of an EUC, which iconv reads. */
static size_t try_7bit(void to_euc(struct slice, struct buf *),
		       enum charset_row row, struct slice bytes,
		       struct buf *out)
{
	struct buf euc = BUF_INIT(bytes.len * 2);
	size_t errors;

	to_euc(bytes, &euc);
	errors = charset_iconv(row, buf_slice(&euc), out);
	buf_release(&euc);
	return errors;
}

static size_t try_jis(struct slice bytes, struct buf *out)
{
	enum charset_row row = charset_jis_row(bytes);

	return row == ROW_JIS
		       ? try_7bit(charset_jis_to_euc, ROW_EUC_JP, bytes, out)
		       : charset_iconv(row, bytes, out);
}

/* The order of bytes is known: their mark says nothing more. */
static size_t try_wide(enum charset_row row, struct slice bytes,
		       struct buf *out)
{
	struct buf text = BUF_INIT(out->max - out->len);
	size_t errors = charset_iconv(row, bytes, &text);

	buf_addslice(out, charset_skip_utf8_bom(buf_slice(&text)));
	out->full = out->full || text.full;
	buf_release(&text);
	return errors;
}

size_t charset_try(const struct charset *charset, struct slice bytes,
		   struct buf *out)
{
	switch (charset->kind) {
	case CHARSET_UTF8:
		bytes = charset_skip_utf8_bom(bytes);
		charset_add_utf8(bytes, out);
		return charset_is_utf8(bytes) ? 0 : 1;
	case CHARSET_JIS:
		return try_jis(bytes, out);
	case CHARSET_HZ:
		return try_7bit(charset_hz_to_euc, ROW_GB18030, bytes, out);
	case CHARSET_UTF16:
		return try_wide(charset_utf16_row(charset, bytes), bytes, out);
	case CHARSET_UTF32:
		return try_wide(charset_utf32_row(charset, bytes), bytes, out);
	case CHARSET_ASCII:
	case CHARSET_ICONV:
		break;
	}
	return charset_iconv((enum charset_row)(charset - charset_table), bytes,
			     out);
}
