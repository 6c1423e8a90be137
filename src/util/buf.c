/* SPDX-License-Identifier: ISC */
#include "util/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "util/ascii.h"
#include "util/xalloc.h"

#include "util/banned.h"

char buf_empty[1];

struct slice slice_of(const char *p, size_t len)
{
	struct slice s = {p, len};

	return s;
}

struct slice slice_str(const char *s)
{
	return slice_of(s, strlen(s));
}

bool slice_equal(struct slice a, struct slice b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

bool slice_equal_nocase(struct slice a, struct slice b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (ascii_lower(a.p[i]) != ascii_lower(b.p[i]))
			return false;
	return true;
}

bool slice_starts_nocase(struct slice s, const char *prefix)
{
	size_t len = strlen(prefix);

	return s.len >= len &&
	       slice_equal_nocase(slice_of(s.p, len), slice_str(prefix));
}

bool slice_is_ascii(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((s.p[i] & 0x80) != 0)
			return false;
	return true;
}

int slice_compare(struct slice a, struct slice b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len == 0 ? 0 : memcmp(a.p, b.p, len);

	if (order != 0)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}

struct slice slice_trim(struct slice s)
{
	while (s.len > 0 && ascii_is_space(s.p[0])) {
		s.p++;
		s.len--;
	}
	while (s.len > 0 && ascii_is_space(s.p[s.len - 1]))
		s.len--;
	return s;
}

bool slice_number(struct slice s, unsigned long long max,
		  unsigned long long *out)
{
	unsigned long long value = 0;

	if (s.len == 0)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		unsigned digit = (unsigned)(unsigned char)s.p[i] - '0';

		if (digit > 9 || value > (max - digit) / 10 || digit > max)
			return false;
		value = value * 10 + digit;
	}
	*out = value;
	return true;
}

bool slice_split(struct slice *rest, char separator, struct slice *part)
{
	const char *end;

	if (rest->p == NULL)
		return false;
	end = rest->len == 0 ? NULL : memchr(rest->p, separator, rest->len);
	if (end == NULL) {
		*part = *rest;
		*rest = slice_of(NULL, 0);
		return true;
	}
	*part = slice_of(rest->p, (size_t)(end - rest->p));
	*rest = slice_of(end + 1, rest->len - part->len - 1);
	return true;
}

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

void buf_addch(struct buf *b, char c)
{
	buf_add(b, &c, 1);
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
