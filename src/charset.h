/* SPDX-License-Identifier: ISC */
/*
 * Bytes in some charset to UTF-8, over iconv; used for header words and for
 * bodies. Nothing fails: what cannot be converted becomes U+FFFD.
 *
 * Names are read as senders mean them: gb2312 and gbk as GB18030, big5 as
 * BIG5-HKSCS, ks_c_5601-1987 and euc-kr as CP949, shift_jis as CP932,
 * iso-8859-1, latin1 and us-ascii as CP1252 (with UTF-8 tried first for
 * us-ascii), iso-8859-9 as CP1254, tis-620 as CP874 and so on.
 */
#ifndef CHARSET_H
#define CHARSET_H

#include <stdbool.h>

#include "util/buf.h"

/* True when the bytes are valid UTF-8 (pure ASCII is). */
bool charset_is_utf8(struct slice bytes);

/*
 * Convert from the charset called `name` (any case; not NUL-terminated, so
 * a slice). Returns false, with nothing added, when the charset is unknown
 * here. Invalid sequences become U+FFFD, one for each undecodable byte, and
 * conversion goes on behind them.
 */
bool charset_decode(struct slice name, struct slice bytes, struct buf *out);

/*
 * Unlabelled bytes: as they are when valid UTF-8; ISO-2022-JP when they hold
 * its escapes; else the first of `fallback` (NULL-terminated, may be NULL)
 * that decodes them without an error; else as UTF-8 with U+FFFD for each
 * invalid byte.
 */
void charset_guess(struct slice bytes, const char *const *fallback,
		   struct buf *out);

/* Close the converters that are kept open between calls. */
void charset_cleanup(void);

#endif
