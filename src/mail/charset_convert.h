/* SPDX-License-Identifier: ISC */
/*
 * The steps of charset.c: conversion as one charset, without doubts about the
 * label, and the signs by which it doubts.
 */
#ifndef MAIL_CHARSET_CONVERT_H
#define MAIL_CHARSET_CONVERT_H

#include <stdbool.h>
#include <stddef.h>

#include "mail/charset_table.h"
#include "util/buf.h"

/*
 * Append the bytes as UTF-8, whatever they look like. Returns the number of
 * places that could not be decoded, each of which became U+FFFD.
 */
size_t charset_try(const struct charset *charset, struct slice bytes,
		   struct buf *out);

/*
 * The same by iconv. Its converter is opened by the first text that needs it
 * and kept: opening takes up to a millisecond, and a message can name any.
 */
size_t charset_iconv(enum charset_row row, struct slice bytes, struct buf *out);

/* charset_jis.c: ISO-2022-JP as EUC-JP, and HZ as GB 2312 in 8 bits. */
void charset_jis_to_euc(struct slice bytes, struct buf *euc);
void charset_hz_to_euc(struct slice bytes, struct buf *euc);

/* Are there escape sequences of ISO-2022-JP to characters of two bytes? */
bool charset_holds_jis(struct slice bytes);

/* The row of the converter for the sets that the escape sequences choose. */
enum charset_row charset_jis_row(struct slice bytes);

/* charset_unicode.c: the row of the byte order that a BOM or NULs show. */
enum charset_row charset_utf16_row(const struct charset *charset,
				   struct slice bytes);
enum charset_row charset_utf32_row(const struct charset *charset,
				   struct slice bytes);

/* A label is wrong if it says something else than these bytes. */
bool charset_is_surely_utf8(enum charset_script labelled, struct slice bytes);
bool charset_is_surely_utf16(struct slice bytes);

/*
 * Can it be UTF-8, perhaps damaged or cut off? Not if more of it is invalid, or
 * if what is valid is so by chance.
 */
bool charset_may_be_utf8(struct slice bytes);

/* Is valid UTF-8 the greater part of the 8-bit bytes? */
bool charset_is_mostly_utf8(struct slice bytes);

/* Without its byte order mark. */
struct slice charset_skip_utf8_bom(struct slice bytes);

#endif
