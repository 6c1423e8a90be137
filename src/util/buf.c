/* SPDX-License-Identifier: ISC */
#include "util/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

#include "util/banned.h"

char buf_empty[1];

void buf_init(struct buf *b, size_t max)
{
	struct buf empty = BUF_INIT(max);

	*b = empty;
}

void buf_release(struct buf *b)
{
	if (b->cap != 0)
		free(b->s);
	buf_init(b, b->max);
}

void buf_wipe(struct buf *b)
{
	if (b->cap != 0)
		explicit_bzero(b->s, b->cap);
	buf_release(b);
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	b->full = false;
	if (b->cap != 0)
		b->s[0] = '\0';
}

bool buf_reserve(struct buf *b, size_t more)
{
	size_t need, cap;

	if (more > b->max - b->len) {
		b->full = true;
		return false;
	}
	need = b->len + more + 1;
	if (need <= b->cap)
		return true;
	cap = b->cap < 64 ? 64 : b->cap;
	while (cap < need)
		cap = cap > b->max / 2 ? b->max + 1 : cap * 2;
	b->s = xrealloc(b->cap == 0 ? NULL : b->s, cap);
	b->cap = cap;
	b->s[b->len] = '\0';
	return true;
}

void buf_terminate(struct buf *b)
{
	if (b->cap != 0)
		b->s[b->len] = '\0';
}

void buf_add(struct buf *b, const void *p, size_t len)
{
	if (len == 0 || !buf_reserve(b, len))
		return;
	memcpy(b->s + b->len, p, len);
	b->len += len;
	b->s[b->len] = '\0';
}

void buf_addslice(struct buf *b, struct slice s)
{
	buf_add(b, s.p, s.len);
}

void buf_addstr(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (len <= 0 || !buf_reserve(b, (size_t)len))
		return;
	va_start(ap, fmt);
	(void)vsnprintf(b->s + b->len, (size_t)len + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)len;
}

void buf_consume(struct buf *b, size_t n)
{
	if (n == 0)
		return;
	memmove(b->s, b->s + n, b->len - n);
	b->len -= n;
	b->s[b->len] = '\0';
}

void buf_truncate(struct buf *b, size_t len)
{
	b->len = len;
	buf_terminate(b);
}

struct slice buf_slice(const struct buf *b)
{
	return slice_of(b->s, b->len);
}

char *buf_detach(struct buf *b)
{
	char *s = b->cap == 0 ? xstrdup("") : b->s;

	buf_init(b, b->max);
	return s;
}
