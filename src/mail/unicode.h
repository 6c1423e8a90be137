/* SPDX-License-Identifier: ISC */
/* Properties and forms of characters, from libunistring. */
#ifndef MAIL_UNICODE_H
#define MAIL_UNICODE_H

#include <stdbool.h>
#include <stdint.h>

#include "util/buf.h"

/* Replaces a character that nobody sees. */
#define UNICODE_DROPPED UINT32_MAX

/*
 * Is it a letter of a frequent script in its usual form, which composes with
 * nothing before it? False says nothing.
 */
bool unicode_is_plain(uint32_t c);

/* One character alone, as mail/fold.h has it: ' ' for any blank. */
uint32_t unicode_fold(uint32_t c);

/*
 * Does a joiner, U+200C or U+200D, behind this character change what is seen?
 * It does in Arabic, in Indic scripts behind a virama, and in pictures.
 */
bool unicode_is_joined(uint32_t c);

/*
 * The normal form C of `len` characters: in `room`, which has *n places, or
 * allocated. *n becomes its length.
 */
uint32_t *unicode_compose(const uint32_t *text, size_t len, uint32_t *room,
			  size_t *n);

/* Append the normal form C of UTF-8. */
void unicode_add_composed(struct slice text, struct buf *out);

#endif
