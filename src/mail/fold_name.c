/* SPDX-License-Identifier: ISC */
#include "mail/charset.h"
#include "mail/entity.h"
#include "mail/fold.h"
#include "mail/unicode.h"
#include "util/ascii.h"
#include "util/escape.h"

#include "util/banned.h"

#define NON_JOINER 0x200c
#define JOINER	   0x200d

/* The character at `at`, and its bytes; 0: it is no UTF-8, or the end. */
static uint32_t character_at(struct slice s, size_t at, size_t *n_out)
{
	*n_out = at < s.len ? utf8_sequence(s.p + at, s.len - at) : 0;
	return *n_out == 0 ? 0 : utf8_character(s.p + at, *n_out);
}

/* Is it a joiner between characters that it makes look different? */
static bool is_seen(uint32_t before, uint32_t c, uint32_t after)
{
	return (c == JOINER || c == NON_JOINER) && unicode_is_joined(before) &&
	       after >= 0x80 && unicode_fold(after) == after;
}

/* The hyphens that look like "-". */
static bool is_hyphen(uint32_t c)
{
	return c == 0x2010 || c == 0x2011;
}

static bool is_blank(uint32_t c)
{
	return c < 0x80 ? ascii_is_space((char)c) : unicode_fold(c) == ' ';
}

/* All but the composition. A blank at the end is left. */
static void add_visible(struct slice text, struct buf *out)
{
	uint32_t before = ' ';

	for (size_t at = 0, n, more; at < text.len; at += n) {
		uint32_t c = character_at(text, at, &n);

		if (n == 0) {
			n = 1;
			before = 0;
			buf_addch(out, text.p[at]);
		} else if (is_blank(c)) {
			if (before != ' ')
				buf_addch(out, ' ');
			before = ' ';
		} else if (unicode_fold(c) != UNICODE_DROPPED ||
			   is_seen(before, c,
				   character_at(text, at + n, &more))) {
			entity_add_code(out, is_hyphen(c) ? '-' : c);
			before = c;
		}
	}
}

void fold_name(struct slice text, struct buf *out)
{
	struct buf visible = BUF_INIT(text.len + 1);

	add_visible(text, &visible);
	text = slice_trim(buf_slice(&visible));
	if (charset_is_utf8(text))
		unicode_add_composed(text, out);
	else
		buf_addslice(out, text);
	buf_release(&visible);
}

/* The character that ends before `at`; 0: none does. */
static uint32_t character_before(struct slice s, size_t at)
{
	size_t n;

	for (size_t back = 1; back <= 4 && back <= at; back++) {
		uint32_t c = character_at(s, at - back, &n);

		if (n == back)
			return c;
	}
	return 0;
}

bool fold_name_gives(struct slice name, size_t from, size_t to)
{
	uint32_t before = character_before(name, from);

	for (size_t at = from, n; at < to; at += n) {
		uint32_t c = character_at(name, at, &n);

		if (n == 0 || (c != ' ' && is_blank(c)))
			return false;
		/* The letter behind a joiner may have been cut off. */
		if (unicode_fold(c) == UNICODE_DROPPED &&
		    (before < 0x80 || (c != JOINER && c != NON_JOINER)))
			return false;
		before = c;
	}
	return true;
}
