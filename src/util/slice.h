/* SPDX-License-Identifier: ISC */
/*
 * A view into somebody else's bytes, which carries its length and may hold
 * NULs.
 */
#ifndef UTIL_SLICE_H
#define UTIL_SLICE_H

#include <stdbool.h>
#include <stddef.h>

struct slice {
	const char *p;
	size_t len;
};

#define SLICE_EMPTY ((struct slice){"", 0})

struct slice slice_of(const char *p, size_t len);
struct slice slice_str(const char *s);

/* Byte for byte, and ignoring the case of ASCII letters. */
bool slice_equal(struct slice a, struct slice b);
bool slice_equal_nocase(struct slice a, struct slice b);
bool slice_starts_nocase(struct slice s, const char *prefix);
bool slice_ends_nocase(struct slice s, const char *end);

/* Is the part anywhere in it? Is it one of these (NULL-terminated)? */
bool slice_contains(struct slice s, const char *part);
bool slice_contains_nocase(struct slice s, const char *part);
bool slice_is_one_of_nocase(struct slice s, const char *const *words);

bool slice_is_ascii(struct slice s);

/* Without the first `n` bytes, which it must have. */
struct slice slice_skip(struct slice s, size_t n);

/* memcmp order, the shorter first; for qsort and merge joins. */
int slice_compare(struct slice a, struct slice b);

/* Up to the first of these bytes. */
struct slice slice_until(struct slice s, const char *marks);

/* At most `max` bytes of UTF-8, and no part of a character at the end. */
struct slice slice_cut_utf8(struct slice s, size_t max);

/* Drop blanks, tabs, CR and LF at both ends. */
struct slice slice_trim(struct slice s);

/*
 * A decimal number: digits only, no sign, no blanks, at most `max`. Returns
 * false, with *out untouched, for anything else.
 */
bool slice_number(struct slice s, unsigned long long max,
		  unsigned long long *out);

/*
 * Take the part of *rest before the first `separator` and move *rest behind
 * it. Returns false when *rest was used up (its p is NULL then).
 */
bool slice_split(struct slice *rest, char separator, struct slice *part);

#endif
