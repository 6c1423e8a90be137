/* SPDX-License-Identifier: ISC */
/*
 * Making untrusted bytes fit to be read by a person: a terminal escape, a
 * newline or an invalid byte that came from a message or a server becomes
 * \xNN; valid UTF-8 stays as it is.
 */
#ifndef UTIL_ESCAPE_H
#define UTIL_ESCAPE_H

#include <stddef.h>

/*
 * Write `len` bytes from `p` to `out`, escaped, always NUL-terminated, cut
 * (between characters) so that `size` bytes are enough. Control characters,
 * U+0080..U+009F, bidirectional overrides and bytes that are not UTF-8 are
 * escaped. `size` must be at least 1.
 */
void escape_to(char *out, size_t size, const char *p, size_t len);

/*
 * The length of the valid UTF-8 sequence that starts at `p`, of which `len`
 * bytes are there: 1 to 4, or 0 when the bytes are not UTF-8 (overlong forms,
 * surrogates and values over U+10FFFF are not).
 */
size_t utf8_sequence(const char *p, size_t len);

/*
 * How many columns of a terminal the character of `n` bytes takes: 2 for East
 * Asian ones and pictures (Unicode's East_Asian_Width W and F), 0 for marks
 * that join the one before (the usual of class Mn), else 1. `n` is what
 * utf8_sequence() said.
 */
unsigned utf8_columns(const char *p, size_t n);

/*
 * How many bytes of `text` fit into so many columns, in whole characters;
 * *used: the columns that these take.
 */
size_t utf8_fitting(const char *text, unsigned columns, unsigned *used);

#endif
