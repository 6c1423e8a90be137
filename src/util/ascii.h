/* SPDX-License-Identifier: ISC */
/*
 * Letters as protocols know them: ASCII, whatever the locale is. <ctype.h>
 * asks the locale, and is undefined for the negative char of an 8-bit byte.
 */
#ifndef UTIL_ASCII_H
#define UTIL_ASCII_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline bool ascii_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool ascii_is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool ascii_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static inline bool ascii_is_line_end(char c)
{
	return c == '\r' || c == '\n';
}

static inline bool ascii_is_space(char c)
{
	return ascii_is_blank(c) || ascii_is_line_end(c);
}

static inline char ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static inline char ascii_upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static inline void ascii_lower_bytes(char *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		p[i] = ascii_lower(p[i]);
}

/* How many bytes at the start are ASCII. */
static inline size_t ascii_prefix(const char *p, size_t len)
{
	size_t i = 0;
	uint64_t word;

	for (; i + sizeof(word) <= len; i += sizeof(word)) {
		memcpy(&word, p + i, sizeof(word));
		if ((word & UINT64_C(0x8080808080808080)) != 0)
			break;
	}
	while (i < len && (p[i] & 0x80) == 0)
		i++;
	return i;
}

/* 0 to 15; -1 for anything but a hexadecimal digit. */
static inline int ascii_hex_value(char c)
{
	if (ascii_is_digit(c))
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte that two hexadecimal digits stand for; -1: they are none. */
static inline int ascii_hex_byte(const char p[2])
{
	int high = ascii_hex_value(p[0]), low = ascii_hex_value(p[1]);

	return high == -1 || low == -1 ? -1 : high * 16 + low;
}

#endif
