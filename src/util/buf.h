/* SPDX-License-Identifier: ISC */
/*
 * A growing buffer of bytes, which carries its length and may hold NULs.
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
#include "util/slice.h"

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

/*
 * The same, and overwrite all bytes that it has ever held: for secrets. Reserve
 * its whole size first, because a buffer that grows leaves copies behind.
 */
void buf_wipe(struct buf *b);

/* Empty it, keep the memory. */
void buf_clear(struct buf *b);

void buf_add(struct buf *b, const void *p, size_t len);
void buf_addslice(struct buf *b, struct slice s);
void buf_addstr(struct buf *b, const char *s);

/* In the header, because parsers call it for each byte. */
static inline void buf_addch(struct buf *b, char c)
{
	if (b->len + 1 >= b->cap || b->len >= b->max) {
		buf_add(b, &c, 1);
		return;
	}
	b->s[b->len++] = c;
	b->s[b->len] = '\0';
}

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
