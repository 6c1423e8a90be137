/* SPDX-License-Identifier: ISC */
/*
 * A quote or bracket that is never closed is a single byte, and so are all of
 * its kind behind it: nothing there can close, and each would be searched for
 * to the end of the value.
 */
#include "mail/address_token.h"

#include <string.h>

#include "util/banned.h"

/* Real address literals and charset names have under 64 bytes. */
#define LITERAL_MAX 256
#define CHARSET_MAX 64

static size_t quoted_length(struct slice s)
{
	for (size_t i = 1; i < s.len; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == '"')
			return i + 1;
	}
	return 1;
}

size_t address_comment(struct slice s)
{
	size_t depth = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == '(')
			depth++;
		else if (s.p[i] == ')' && --depth == 0)
			return i + 1;
	}
	return 0;
}

/* The first "?=" at or behind p; r->end: there is none. */
static const char *word_end(struct address_reader *r, const char *p)
{
	if (r->word_end == NULL || r->word_end < p) {
		r->word_end = memmem(p, (size_t)(r->end - p), "?=", 2);
		if (r->word_end == NULL)
			r->word_end = r->end;
	}
	return r->word_end;
}

/*
 * "=?utf-8?q?Doe,_John?=": senders forget to encode commas, brackets and
 * blanks. It ends where words_decode() ends it.
 */
static size_t word_length(struct address_reader *r, struct slice s)
{
	size_t look = s.len < CHARSET_MAX ? s.len : CHARSET_MAX;
	const char *mark, *end;

	if (s.len < 3 || s.p[1] != '?')
		return 1;
	mark = memchr(s.p + 2, '?', look - 2);
	if (mark == NULL || s.p + s.len - mark < 5 || mark[2] != '?' ||
	    mark[1] == '\0' || strchr("bBqQ", mark[1]) == NULL)
		return 1;
	end = word_end(r, mark + 3);
	return end + 2 > s.p + s.len ? 1 : (size_t)(end - s.p) + 2;
}

static size_t literal_length(struct slice s)
{
	for (size_t i = 1; i < s.len && i < LITERAL_MAX; i++) {
		if (s.p[i] == ']')
			return i + 1;
		if (s.p[i] == '[')
			break;
	}
	return 1;
}

/* `length` of 1 means that the opener at p has no end in the whole value. */
static size_t note(struct address_reader *r, struct slice s, size_t length,
		   const char **plain)
{
	if (length == 1 && s.p + s.len == r->end)
		*plain = s.p;
	return length;
}

size_t address_token(struct address_reader *r, struct slice s)
{
	size_t len;

	switch (s.p[0]) {
	case '\\':
		return s.len > 1 ? 2 : 1;
	case '"':
		if (r->plain_quotes != NULL && s.p >= r->plain_quotes)
			return 1;
		return note(r, s, quoted_length(s), &r->plain_quotes);
	case '(':
		if (r->plain_comments != NULL && s.p >= r->plain_comments)
			return 1;
		len = address_comment(s);
		return note(r, s, len == 0 ? 1 : len, &r->plain_comments);
	case '[':
		return literal_length(s);
	case '=':
		return word_length(r, s);
	default:
		return 1;
	}
}

size_t address_find(struct address_reader *r, struct slice s, const char *set)
{
	size_t at = 0;

	while (at < s.len) {
		size_t n = address_token(r, slice_of(s.p + at, s.len - at));

		if (n == 1 && s.p[at] != '\0' && strchr(set, s.p[at]) != NULL)
			break;
		at += n;
	}
	return at < s.len ? at : s.len;
}
