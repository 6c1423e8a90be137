/* SPDX-License-Identifier: ISC */
/*
 * Bytes: `struct slice` is a view into somebody else's bytes, `struct buf` a
 * growing buffer of our own. Both carry their length and may hold NULs.
 *
 *	struct buf b = BUF_INIT(LINE_MAX_BYTES);
 *
 *	buf_addstr(&b, "RETR ");
 *	buf_addf(&b, "%u\r\n", number);
 *	if (b.full)
 *		return error_set(…);
 *	…
 *	buf_release(&b);
 *
 * Every buffer gets its largest size when it is made. An addition that does
 * not fit is dropped whole and sets `full`, which stays set: it is enough to
 * check once, at the end. `s` is never NULL and always NUL-terminated.
 */
#ifndef UTIL_BUF_H
#define UTIL_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "util/attr.h"

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

bool slice_is_ascii(struct slice s);

/* memcmp order, the shorter first; for qsort and merge joins. */
int slice_compare(struct slice a, struct slice b);

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

struct buf {
	char *s;
	size_t len;
	size_t cap; /* bytes allocated; 0 while `s` is the shared "" */
	size_t max; /* largest len */
	bool full;  /* something did not fit and was dropped */
};

extern char buf_empty[1];

#define BUF_INIT(max_bytes)                                                    \
	{                                                                      \
		buf_empty, 0, 0, (max_bytes), false                            \
	}

void buf_init(struct buf *b, size_t max);

/* Free the bytes; the buffer is empty and usable again, `max` stays. */
void buf_release(struct buf *b);

/* Empty it, keep the memory. */
void buf_clear(struct buf *b);

void buf_add(struct buf *b, const void *p, size_t len);
void buf_addslice(struct buf *b, struct slice s);
void buf_addstr(struct buf *b, const char *s);
void buf_addch(struct buf *b, char c);
void buf_addf(struct buf *b, const char *fmt, ...) ATTR_PRINTF(2, 3);

/* Drop the first n bytes. */
void buf_consume(struct buf *b, size_t n);

/* Shorten to len bytes; len must not be more than there are. */
void buf_truncate(struct buf *b, size_t len);

/*
 * Make room for `more` bytes at s + len. The caller fills it, adds to len and
 * calls buf_terminate(). Returns false, and sets full, when max is too small.
 */
bool buf_reserve(struct buf *b, size_t more);
void buf_terminate(struct buf *b);

struct slice buf_slice(const struct buf *b);

/* Hand over the NUL-terminated bytes, to be freed by the caller. */
char *buf_detach(struct buf *b);

#endif
