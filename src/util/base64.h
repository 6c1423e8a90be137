/* SPDX-License-Identifier: ISC */
/* Base64 (RFC 4648, section 4). */
#ifndef UTIL_BASE64_H
#define UTIL_BASE64_H

#include <stdbool.h>

#include "util/buf.h"

/* The letters for so many bytes. */
#define BASE64_LENGTH(bytes) (((bytes) + 2) / 3 * 4)

void base64_encode(struct slice bytes, struct buf *out);

/*
 * Whole groups of four only, with "=" at the end. False, with what was decoded
 * so far in *out, for anything else, or when *out is full.
 */
bool base64_decode(struct slice text, struct buf *out);

/* The value of a letter, 0 to 63; -1: it is none. */
int base64_digit(char c);

#endif
