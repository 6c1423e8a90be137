/* SPDX-License-Identifier: ISC */
#include "util/slice.h"

#include <string.h>

#include "util/ascii.h"

#include "util/banned.h"

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

bool slice_ends_nocase(struct slice s, const char *end)
{
	size_t len = strlen(end);

	return s.len >= len &&
	       slice_starts_nocase(slice_skip(s, s.len - len), end);
}

bool slice_contains(struct slice s, const char *part)
{
	return memmem(s.p, s.len, part, strlen(part)) != NULL;
}

bool slice_contains_nocase(struct slice s, const char *part)
{
	size_t len = strlen(part);

	for (size_t i = 0; i + len <= s.len; i++)
		if (slice_starts_nocase(slice_skip(s, i), part))
			return true;
	return false;
}

bool slice_is_one_of_nocase(struct slice s, const char *const *words)
{
	for (; *words != NULL; words++)
		if (slice_equal_nocase(s, slice_str(*words)))
			return true;
	return false;
}

struct slice slice_skip(struct slice s, size_t n)
{
	return slice_of(s.p + n, s.len - n);
}

bool slice_is_ascii(struct slice s)
{
	return ascii_prefix(s.p, s.len) == s.len;
}

int slice_compare(struct slice a, struct slice b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len == 0 ? 0 : memcmp(a.p, b.p, len);

	if (order != 0)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}

struct slice slice_until(struct slice s, const char *marks)
{
	size_t n = 0;

	while (n < s.len && (s.p[n] == '\0' || strchr(marks, s.p[n]) == NULL))
		n++;
	return slice_of(s.p, n);
}

struct slice slice_cut_utf8(struct slice s, size_t max)
{
	size_t n = s.len < max ? s.len : max;

	while (n > 0 && n < s.len && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return slice_of(s.p, n);
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
