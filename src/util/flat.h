/* SPDX-License-Identifier: ISC */
/*
 * Data between two processes of the same program: numbers are eight bytes in
 * the order of this machine, strings are their length and then their bytes.
 *
 *	flat_put_number(&out, 3);
 *	flat_put_bytes(&out, slice_str("abc"));
 *	…
 *	if (!flat_number(&rest, 10, &n) || !flat_bytes(&rest, 100, &s))
 *		return malformed;
 *
 * Input is hostile until it is checked: each reader gets the largest value
 * that it may accept, and fails on anything else.
 */
#ifndef UTIL_FLAT_H
#define UTIL_FLAT_H

#include <stdbool.h>
#include <stdint.h>

#include "util/buf.h"

void flat_put_number(struct buf *out, uint64_t value);
void flat_put_bytes(struct buf *out, struct slice bytes);

/* A string; NULL is written as an empty one. */
void flat_put_string(struct buf *out, const char *s);

/* A NULL-terminated list of strings; NULL is written as an empty one. */
void flat_put_strings(struct buf *out, char *const *list);

bool flat_number(struct slice *rest, uint64_t max, uint64_t *out);

/* A view into the bytes read. */
bool flat_bytes(struct slice *rest, size_t max, struct slice *out);

/* Allocated and NUL-terminated; fails when there is a NUL inside. */
bool flat_string(struct slice *rest, size_t max, char **out);

/* Allocated and NULL-terminated, for strings_free(). */
bool flat_strings(struct slice *rest, size_t max_n, size_t max_len,
		  char ***out);

#endif
