/* SPDX-License-Identifier: ISC */
/*
 * Bytes in some charset to UTF-8, for header words and bodies. Nothing fails: a
 * byte that cannot be converted becomes U+FFFD.
 *
 *	charset_decode(label, bytes, fallback, &out);
 *
 * Only charsets of our own table (charset_table.c) reach iconv. UTF-8 does not:
 * it is validated. Labels are often wrong, and bytes that are surely in UTF-8,
 * in UTF-16, or in another charset of the same language, are read as that.
 */
#ifndef MAIL_CHARSET_H
#define MAIL_CHARSET_H

#include <stdbool.h>

#include "util/buf.h"

struct charset;

/*
 * Text has at most so many bytes for each one that was converted to it: two
 * bytes that are no character of JIS X 0212 become three U+FFFD.
 */
#define CHARSET_GROWTH 5

/* True when the bytes are valid UTF-8 (pure ASCII is). */
bool charset_is_utf8(struct slice bytes);

/*
 * The charset of a label (any case, "_" and "-" alike, stray quotes ignored),
 * NULL when it is not in the table. Synonyms give the same pointer.
 */
const struct charset *charset_find(struct slice name);

/*
 * Append the bytes, which are in the charset of that label, as valid UTF-8. If
 * the label is unknown or empty, or cannot be right (8-bit text in US-ASCII),
 * they are guessed. Invalid sequences become U+FFFD, one for each undecodable
 * byte (in UTF-8: for each cut-off sequence), and conversion goes on behind
 * them. A byte order mark is left out.
 */
void charset_decode(struct slice label, struct slice bytes,
		    const char *const *fallback, struct buf *out);

/* The same for HTML, which may name its charset itself. */
void charset_decode_html(struct slice label, struct slice bytes,
			 const char *const *fallback, struct buf *out);

/* The same with the charset of charset_find(); without a fallback. */
void charset_convert(const struct charset *charset, struct slice bytes,
		     struct buf *out);
void charset_convert_or_guess(const struct charset *charset, struct slice bytes,
			      const char *const *fallback, struct buf *out);

/*
 * Bytes without a label: ISO-2022-JP when they hold its escapes; UTF-8 when
 * nearly all of them are valid; else the first of `fallback` (NULL-terminated,
 * may be NULL) that decodes them without an error and to text that somebody may
 * have written; else the first that decodes them; else UTF-8 with U+FFFD for
 * each invalid byte.
 */
void charset_guess(struct slice bytes, const char *const *fallback,
		   struct buf *out);

/*
 * Names of charsets, NULL-terminated, to try for raw 8-bit text in the header
 * of a message in that charset; none for UTF-8, US-ASCII and UTF-16. Valid
 * until the next call.
 */
const char *const *charset_names(const struct charset *charset);

/*
 * Take the next label that a text or header names, and all before it, off
 * *rest: of "charset=", or of "encoding=" in an XML declaration. False: there
 * is none.
 */
bool charset_next_label(struct slice *rest, struct slice *label);

/*
 * A converter is opened by the first text that needs it, once in a process. A
 * process that may open no files has a function called instead, which must not
 * return; `number` is for charset_prepare() in its parent, before another one
 * is forked. False: there is no such charset, or it is open already.
 */
void charset_on_missing(void (*tell)(void *context, unsigned number),
			void *context);
bool charset_prepare(unsigned number);

/* Open all: for a process that confines itself next. It takes 20 ms. */
void charset_prepare_all(void);

/* U+FFFD. */
#define CHARSET_REPLACEMENT "\xef\xbf\xbd"

/* Append `bytes` as UTF-8, with U+FFFD for what is invalid. */
void charset_add_utf8(struct slice bytes, struct buf *out);

#endif
