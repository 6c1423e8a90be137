/* SPDX-License-Identifier: ISC */
/*
 * Making untrusted bytes safe to show: a terminal escape, a newline or an
 * invalid byte from a message or a server becomes \xNN; other valid UTF-8
 * stays as it is.
 */
#ifndef UTIL_ESCAPE_H
#define UTIL_ESCAPE_H

#include <stddef.h>
#include <stdint.h>

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

/* The character of `n` bytes, where utf8_sequence() is `n` and not 0. */
uint32_t utf8_character(const char *p, size_t n);

/*
 * How many columns of a terminal the character of `n` bytes takes: 2 for East
 * Asian ones and pictures (Unicode's East_Asian_Width W and F), 0 for marks
 * that combine with the character before (the usual ones of class Mn), else 1.
 * `n` is the result of utf8_sequence().
 */
unsigned utf8_columns(const char *p, size_t n);

/*
 * How many bytes of `text` fit into `columns`, in whole characters. *used is
 * the number of columns that they take.
 */
size_t utf8_fitting(const char *text, unsigned columns, unsigned *used);

#endif
