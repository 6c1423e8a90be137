/* SPDX-License-Identifier: ISC */
/*
 * Words of decoded text, for values that match at word boundaries. Letters,
 * digits and "_" make words, in scripts that put blanks between words. Han,
 * Kana, Hangul, Thai and their like do not: there a value matches anywhere.
 */
#ifndef RULES_WORD_H
#define RULES_WORD_H

#include <stdbool.h>
#include <stddef.h>

#include "util/buf.h"

/* Is offset `at` of the UTF-8 text between two characters of one word? */
bool word_is_cut(struct slice s, size_t at);

/* Append the characters of words, as a class for PCRE2. */
void word_put_class(struct buf *out);

#endif
