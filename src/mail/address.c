/* SPDX-License-Identifier: ISC */
/*
 * The value is read as tokens: a quoted string, a comment, an encoded word
 * or one byte. A quote or bracket that is never closed is a single byte, so
 * that ":-(" in a name does not swallow the addresses behind it.
 */
#include "mail/address.h"

#include <string.h>

#include "util/ascii.h"

#include "util/banned.h"

/*
 * Longer comments and encoded words are not recognised. This bounds the
 * look-ahead, and the time for a value full of opening brackets.
 */
#define LOOK_AHEAD 512

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

static size_t comment_length(struct slice s)
{
	size_t depth = 0;

	for (size_t i = 0; i < s.len && i < LOOK_AHEAD; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == '(')
			depth++;
		else if (s.p[i] == ')' && --depth == 0)
			return i + 1;
	}
	return 1;
}

/* "=?utf-8?q?Doe,_John?=": senders forget to encode the comma. */
static size_t word_length(struct slice s)
{
	int marks = 0;

	for (size_t i = 1; i < s.len && i < LOOK_AHEAD; i++) {
		if (ascii_is_space(s.p[i]) || s.p[i] == '<' || s.p[i] == '>')
			break;
		if (s.p[i] == '?' && ++marks > 3 && i + 1 < s.len &&
		    s.p[i + 1] == '=')
			return i + 2;
	}
	return 1;
}

static size_t literal_length(struct slice s)
{
	for (size_t i = 1; i < s.len && i < LOOK_AHEAD; i++) {
		if (s.p[i] == ']')
			return i + 1;
		if (s.p[i] == '[')
			break;
	}
	return 1;
}

/* The length of the token at the start of s, which is not empty. */
static size_t token_length(struct slice s)
{
	switch (s.p[0]) {
	case '\\':
		return s.len > 1 ? 2 : 1;
	case '"':
		return quoted_length(s);
	case '(':
		return comment_length(s);
	case '[':
		return literal_length(s);
	case '=':
		return s.len > 1 && s.p[1] == '?' ? word_length(s) : 1;
	default:
		return 1;
	}
}

static struct slice skip(struct slice s, size_t n)
{
	return slice_of(s.p + n, s.len - n);
}

/* The offset of the first byte of `set` that is a token of its own. */
static size_t find_byte(struct slice s, const char *set)
{
	size_t at = 0;

	while (at < s.len) {
		size_t n = token_length(skip(s, at));

		if (n == 1 && s.p[at] != '\0' && strchr(set, s.p[at]) != NULL)
			break;
		at += n;
	}
	return at < s.len ? at : s.len;
}

/* Take blanks and comments off both ends; the last one goes to *comment. */
static struct slice strip_comments(struct slice s, struct slice *comment)
{
	struct slice core = slice_of(s.p, 0);

	s = slice_trim(s);
	for (size_t at = 0; at < s.len;) {
		size_t n = token_length(skip(s, at));
		bool is_comment = s.p[at] == '(' && n > 1;

		if (is_comment)
			*comment = slice_trim(slice_of(s.p + at + 1, n - 2));
		else if (core.len == 0 && !ascii_is_space(s.p[at]))
			core = slice_of(s.p + at, n);
		else if (!ascii_is_space(s.p[at]))
			core.len = (size_t)(s.p + at + n - core.p);
		at += n;
	}
	return core;
}

/* Remove the route from "@a,@b:user@host". */
static struct slice without_route(struct slice s)
{
	size_t colon;

	s = slice_trim(s);
	if (s.len == 0 || s.p[0] != '@')
		return s;
	colon = find_byte(s, ":");
	return colon == s.len ? s : skip(s, colon + 1);
}

/*
 * "Bob bob@x.org", where the angle brackets were forgotten: the mailbox is
 * the word with the "@".
 */
static void split_words(struct address *a)
{
	struct slice s = a->mailbox;
	size_t start = 0;

	if (find_byte(s, " \t") == s.len || find_byte(s, "@") == s.len)
		return;
	for (size_t at = 0; at < s.len;) {
		size_t word = find_byte(skip(s, at), " \t\r\n");
		size_t sign = find_byte(slice_of(s.p + at, word), "@");

		start = at;
		at += word + 1;
		/* "bob @ x.org" is one mailbox in old mail. */
		if (sign == 0 || sign + 1 == word)
			return;
		if (sign < word)
			break;
	}
	a->mailbox = skip(s, start);
	a->mailbox.len = find_byte(a->mailbox, " \t\r\n");
	if (start > 0)
		a->name = slice_trim(slice_of(s.p, start));
}

/* "Name <mailbox>": `at` is the offset of "<", `end` that of ">". */
static void read_angle(struct slice s, size_t at, size_t end, struct address *a)
{
	struct slice comment = {"", 0};
	struct slice inner = slice_of(s.p + at + 1, end - at - 1);

	a->name = slice_trim(slice_of(s.p, at));
	a->mailbox = strip_comments(without_route(inner), &comment);
}

static void read_plain(struct slice s, struct address *a)
{
	a->name = slice_of(s.p, 0);
	a->mailbox = strip_comments(s, &a->name);
	split_words(a);
}

/*
 * Behind ">": go on to the next comma, or only to the next name when another
 * "<" comes before the comma.
 */
static struct slice behind_angle(struct slice s)
{
	size_t next = find_byte(s, ",;<");

	if (next == s.len)
		return skip(s, next);
	return s.p[next] == '<' ? s : skip(s, next + 1);
}

/* One element of the list; a->mailbox is empty when it has none. */
static void read_element(struct slice *rest, struct address *a)
{
	struct slice s = *rest;
	size_t at = find_byte(s, ",;:<"), close;

	a->mailbox = slice_of(s.p, 0);
	if (at < s.len && s.p[at] == '<') {
		close = at + 1 + find_byte(skip(s, at + 1), "<>");
		if (close < s.len && s.p[close] == '>') {
			read_angle(s, at, close, a);
			*rest = behind_angle(skip(s, close + 1));
			return;
		}
		/* Not closed: the part before it, then the part behind. */
		*rest = skip(s, at + 1);
		if (find_byte(slice_of(s.p, at), "@") < at)
			read_plain(slice_of(s.p, at), a);
		return;
	}
	*rest = skip(s, at < s.len ? at + 1 : at);
	if (at == s.len || s.p[at] != ':')
		read_plain(slice_of(s.p, at), a);
}

bool address_next(struct slice *rest, struct address *out)
{
	while (rest->len > 0) {
		struct address a;

		read_element(rest, &a);
		if (a.mailbox.len == 0)
			continue;
		*out = a;
		return true;
	}
	return false;
}

struct slice address_domain(struct slice mailbox)
{
	const char *sign =
		mailbox.len == 0 ? NULL : memrchr(mailbox.p, '@', mailbox.len);

	if (sign == NULL)
		return slice_of(mailbox.p, 0);
	return slice_of(sign + 1, (size_t)(mailbox.p + mailbox.len - sign) - 1);
}
