/* SPDX-License-Identifier: ISC */
/*
 * Patterns for text of which the letters have marks: vowel signs of Hindi, Thai
 * and Arabic, accents that compose with nothing. PCRE2 takes them for the end
 * of a word (before 10.43 all of them, now those of the category Mc).
 */
#ifndef RULES_MARKS_H
#define RULES_MARKS_H

#include <stdbool.h>

#include "util/buf.h"

/*
 * Append the pattern, which PCRE2 has accepted, with \w, \W, \b and \B such
 * that marks belong to the letter before them. False: it has none of these, or
 * is written with (?x), whose comments are not understood.
 */
bool marks_rewrite(struct slice pattern, struct buf *out);

#endif
