/* SPDX-License-Identifier: ISC */
#include "rules/word.h"

#include <stdint.h>

#include "util/ascii.h"
#include "util/escape.h"

#include "util/banned.h"

/*
 * Letters, marks and digits beyond ASCII, in blocks; the punctuation of these
 * scripts is left out.
 */
static const uint32_t ranges[][2] = {
	{0xaa, 0xaa},	    {0xb5, 0xb5},	{0xba, 0xba},
	{0xc0, 0xd6},	    {0xd8, 0xf6},	{0xf8, 0x2c1},
	{0x300, 0x373},	    {0x376, 0x37d},	{0x37f, 0x383},
	{0x386, 0x386},	    {0x388, 0x481},	{0x483, 0x559},
	{0x560, 0x588},	    {0x591, 0x5bd},	{0x5bf, 0x5bf},
	{0x5c1, 0x5c2},	    {0x5c4, 0x5c5},	{0x5c7, 0x5f2},
	{0x610, 0x61a},	    {0x620, 0x669},	{0x66e, 0x6d3},
	{0x6d5, 0x6ff},	    {0x710, 0x7ff},	{0x800, 0x963},
	{0x966, 0xdf3},	    {0x10a0, 0x10fa},	{0x10fc, 0x10ff},
	{0x1200, 0x135f},   {0x1369, 0x13ff},	{0x1401, 0x167f},
	{0x1810, 0x18af},   {0x1ab0, 0x1aff},	{0x1dc0, 0x1dff},
	{0x1e00, 0x1fbc},   {0x1fc2, 0x1fcc},	{0x1fd0, 0x1fdb},
	{0x1fe0, 0x1fec},   {0x1ff2, 0x1ffc},	{0x20d0, 0x20ff},
	{0x2c00, 0x2cf3},   {0x2d00, 0x2dff},	{0xa640, 0xa69f},
	{0xa720, 0xa7ff},   {0xab30, 0xabbf},	{0xfb00, 0xfd3d},
	{0xfd50, 0xfdfb},   {0xfe20, 0xfe2f},	{0xfe70, 0xfefc},
	{0xff10, 0xff19},   {0xff21, 0xff3a},	{0xff41, 0xff5a},
	{0x10300, 0x104ff}, {0x1d400, 0x1d7ff},
};

#define N_RANGES (sizeof(ranges) / sizeof(ranges[0]))

static bool is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* The character at `at`; what is no UTF-8 gives one that is in no word. */
static uint32_t character_at(struct slice s, size_t at)
{
	size_t n = utf8_sequence(s.p + at, s.len - at);

	return n == 0 ? 0 : utf8_character(s.p + at, n);
}

static bool in_word(struct slice s, size_t at)
{
	uint32_t code;

	if ((unsigned char)s.p[at] < 0x80)
		return ascii_is_letter(s.p[at]) || ascii_is_digit(s.p[at]) ||
		       s.p[at] == '_';
	code = character_at(s, at);
	for (size_t i = 0; i < N_RANGES && code >= ranges[i][0]; i++)
		if (code <= ranges[i][1])
			return true;
	return false;
}

bool word_is_cut(struct slice s, size_t at)
{
	size_t before = at;

	if (at == 0 || at >= s.len || !in_word(s, at))
		return false;
	do {
		before--;
	} while (before > 0 && at - before < 4 && is_continuation(s.p[before]));
	return in_word(s, before);
}

void word_put_class(struct buf *out)
{
	buf_addstr(out, "[0-9A-Za-z_");
	for (size_t i = 0; i < N_RANGES; i++)
		buf_addf(out, "\\x{%x}-\\x{%x}", (unsigned)ranges[i][0],
			 (unsigned)ranges[i][1]);
	buf_addch(out, ']');
}
