/* SPDX-License-Identifier: ISC */
/*
 * RFC 2047: decoding header text. Neighbouring encoded words of one charset
 * are joined as bytes before they are converted, because senders split
 * characters (and ISO-2022-JP shift states) between words. Real mail makes it
 * accept blanks inside words, missing padding, an RFC 2231 language suffix,
 * and words that touch other text or each other.
 */
#ifndef MAIL_WORDS_H
#define MAIL_WORDS_H

#include "util/buf.h"

/*
 * Append the decoded, unfolded form of the raw field value to `out`: valid
 * UTF-8 without line ends and NULs (those in an encoded word become blanks),
 * not trimmed; a line end with the blanks around it becomes one blank. A word
 * with a broken encoding stays as written. Raw 8-bit bytes and words in an
 * unknown charset go through charset_guess().
 */
void words_decode(struct slice value, const char *const *fallback,
		  struct buf *out);

/* The same, with the line ends and NULs that encoded words have. */
void words_decode_wild(struct slice value, const char *const *fallback,
		       struct buf *out);

/*
 * Decoded text must not start a new line in a log or a header: line ends and
 * NULs from `from` on become blanks.
 */
void words_tame(struct buf *out, size_t from);

#endif
