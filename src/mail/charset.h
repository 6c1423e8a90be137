/* SPDX-License-Identifier: ISC */
/*
 * Bytes in some charset to UTF-8, for header words and bodies; the only user
 * of iconv. Nothing fails: a byte that cannot be converted becomes U+FFFD.
 *
 *	const struct charset *c = charset_find(label);
 *
 *	if (c != NULL)
 *		charset_convert(c, bytes, &out);
 *	else
 *		charset_guess(bytes, fallback, &out);
 *
 * Only charsets in our own table reach iconv, which has converters (EBCDIC and
 * others) that no honest mail uses. Names are read as senders mean them:
 * gb2312 and gbk as GB18030, big5 as BIG5-HKSCS, ks_c_5601-1987 and euc-kr as
 * CP949, shift_jis as CP932, iso-8859-1, latin1 and us-ascii as CP1252 (with
 * UTF-8 tried first for us-ascii), iso-8859-9 as CP1254, tis-620 as CP874,
 * iso-2022-jp with the characters of Windows, and so on.
 *
 * A converter is opened for each call, about 2 µs: nothing is kept.
 */
#ifndef MAIL_CHARSET_H
#define MAIL_CHARSET_H

#include <stdbool.h>

#include "util/buf.h"

struct charset;

/* True when the bytes are valid UTF-8 (pure ASCII is). */
bool charset_is_utf8(struct slice bytes);

/*
 * The charset of a label (any case, "_" and "-" alike, stray quotes ignored),
 * NULL when it is not in the table. Synonyms give the same pointer.
 */
const struct charset *charset_find(struct slice name);

/*
 * Append the bytes as valid UTF-8. Invalid sequences become U+FFFD, one for
 * each undecodable byte (in UTF-8: for each cut-off sequence), and conversion
 * goes on behind them. Bytes that do not fit the charset but are valid UTF-8
 * are read as UTF-8: labels can be wrong.
 */
void charset_convert(const struct charset *charset, struct slice bytes,
		     struct buf *out);

/*
 * Bytes without a label: ISO-2022-JP when they hold its escapes; UTF-8 when
 * they are valid; else the first of `fallback` (NULL-terminated, may be NULL)
 * that decodes them without an error; else UTF-8 with U+FFFD for each invalid
 * byte. GB18030 decodes nearly everything, so it is skipped when most 8-bit
 * bytes stand alone between ASCII, as accented letters do.
 */
void charset_guess(struct slice bytes, const char *const *fallback,
		   struct buf *out);

/* Append `bytes` as UTF-8, with U+FFFD for what is invalid. */
void charset_add_utf8(struct slice bytes, struct buf *out);

#endif
