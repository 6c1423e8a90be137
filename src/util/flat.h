/* SPDX-License-Identifier: ISC */
/*
 * Flat data between two processes that are the same program: numbers of eight
 * bytes in the order of this machine, bytes behind their number.
 *
 *	flat_put_number(&out, 3);
 *	flat_put_bytes(&out, slice_str("abc"));
 *	…
 *	if (!flat_number(&rest, 10, &n) || !flat_bytes(&rest, 100, &s))
 *		return malformed;
 *
 * What is read is hostile until it was checked: each reader is told the
 * largest value it may find, and fails on anything else.
 */
#ifndef UTIL_FLAT_H
#define UTIL_FLAT_H

#include <stdbool.h>
#include <stdint.h>

#include "util/buf.h"

void flat_put_number(struct buf *out, uint64_t value);
void flat_put_bytes(struct buf *out, struct slice bytes);

/* A string, NULL is written as an empty one. */
void flat_put_string(struct buf *out, const char *s);

/* A NULL-terminated list of strings; NULL is written as an empty one. */
void flat_put_strings(struct buf *out, char *const *list);

bool flat_number(struct slice *rest, uint64_t max, uint64_t *out);

/* A view into the bytes read. */
bool flat_bytes(struct slice *rest, size_t max, struct slice *out);

/* Allocated, NUL-terminated; no NUL may be in it. */
bool flat_string(struct slice *rest, size_t max, char **out);

/* Allocated and NULL-terminated, for strings_free(). */
bool flat_strings(struct slice *rest, size_t max_n, size_t max_len,
		  char ***out);

#endif
