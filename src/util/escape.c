/* SPDX-License-Identifier: ISC */
#include "util/escape.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "util/banned.h"

static bool is_continuation(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

/* The table of RFC 3629 4, row by row. */
/* NOLINTNEXTLINE(readability-function-cognitive-complexity) */
size_t utf8_sequence(const char *p, size_t len)
{
	const unsigned char *u = (const unsigned char *)p;

	if (len >= 1 && u[0] < 0x80)
		return 1;
	if (len >= 2 && u[0] >= 0xc2 && u[0] <= 0xdf)
		return is_continuation(u[1]) ? 2 : 0;
	if (len >= 3 && (u[0] & 0xf0) == 0xe0) {
		if (u[0] == 0xe0 && u[1] < 0xa0)
			return 0;
		if (u[0] == 0xed && u[1] > 0x9f)
			return 0;
		return is_continuation(u[1]) && is_continuation(u[2]) ? 3 : 0;
	}
	if (len >= 4 && u[0] >= 0xf0 && u[0] <= 0xf4) {
		if (u[0] == 0xf0 && u[1] < 0x90)
			return 0;
		if (u[0] == 0xf4 && u[1] > 0x8f)
			return 0;
		return is_continuation(u[1]) && is_continuation(u[2]) &&
				       is_continuation(u[3])
			       ? 4
			       : 0;
	}
	return 0;
}

uint32_t utf8_character(const char *p, size_t n)
{
	const unsigned char *u = (const unsigned char *)p;
	uint32_t c = n == 1 ? u[0] : u[0] & (0xffU >> (n + 1));

	for (size_t i = 1; i < n; i++)
		c = c << 6 | (u[i] & 0x3f);
	return c;
}

/* C1 controls, line separators, and marks that reorder the text shown. */
static bool is_deceptive(const unsigned char *u, size_t len)
{
	uint32_t c;

	if (len == 2)
		return u[0] == 0xc2 && u[1] < 0xa0;
	if (len != 3)
		return false;
	c = utf8_character((const char *)u, len);
	return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
	       c == 0x2028 || c == 0x2029;
}

void escape_to(char *out, size_t size, const char *p, size_t len)
{
	static const char hex[] = "0123456789abcdef";
	size_t used = 0;

	for (size_t i = 0; i < len;) {
		const unsigned char *u = (const unsigned char *)p + i;
		size_t n = utf8_sequence(p + i, len - i);

		if (n == 0 || *u < 0x20 || *u == 0x7f || is_deceptive(u, n)) {
			if (used + 4 >= size)
				break;
			out[used++] = '\\';
			out[used++] = 'x';
			out[used++] = hex[*u >> 4];
			out[used++] = hex[*u & 15];
			i++;
			continue;
		}
		if (used + n >= size)
			break;
		memcpy(out + used, p + i, n);
		used += n;
		i += n;
	}
	out[used] = '\0';
}

unsigned utf8_columns(const char *p, size_t n)
{
	/*
	 * Combining marks, as in file names from macOS, take no column; East
	 * Asian characters and pictures take two. The first range wins.
	 */
	static const struct {
		unsigned first, last, columns;
	} ranges[] = {{0x0300, 0x036f, 0},  {0x0483, 0x0489, 0},
		      {0x1100, 0x115f, 2},  {0x200b, 0x200f, 0},
		      {0x231a, 0x231b, 2},  {0x23e9, 0x23f3, 2},
		      {0x25fd, 0x25fe, 2},  {0x2614, 0x2615, 2},
		      {0x2648, 0x2653, 2},  {0x267f, 0x27bf, 2},
		      {0x2b1b, 0x2b55, 2},  {0x3099, 0x309a, 0},
		      {0x2e80, 0xa4cf, 2},  {0xac00, 0xd7a3, 2},
		      {0xf900, 0xfaff, 2},  {0xfe00, 0xfe0f, 0},
		      {0xfe30, 0xfe6f, 2},  {0xff00, 0xff60, 2},
		      {0xffe0, 0xffe6, 2},  {0x1f000, 0x1faff, 2},
		      {0x20000, 0x3fffd, 2}};

	unsigned c;

	if (n < 2)
		return 1;
	c = utf8_character(p, n);
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return ranges[i].columns;
	return 1;
}

size_t utf8_fitting(const char *text, unsigned columns, unsigned *used)
{
	size_t i = 0;

	*used = 0;
	while (text[i] != '\0') {
		size_t n = utf8_sequence(text + i, strlen(text + i));
		unsigned more = utf8_columns(text + i, n);

		if (*used + more > columns)
			break;
		*used += more;
		i += n == 0 ? 1 : n;
	}
	return i;
}
