/* SPDX-License-Identifier: ISC */
/* The list is read element by element: up to a comma, or to ">" behind "<". */
#include "mail/address.h"

#include <string.h>

#include "mail/address_token.h"
#include "util/ascii.h"

#include "util/banned.h"

/* From s.p to `end`, which is within s or behind it. */
static struct slice up_to(struct slice s, const char *end)
{
	return slice_of(s.p, (size_t)(end - s.p));
}

struct address_reader address_reader(struct slice value)
{
	const char *sign =
		value.len == 0 ? NULL : memrchr(value.p, '@', value.len);

	return (struct address_reader){
		.rest = value, .end = value.p + value.len, .last_sign = sign};
}

/* Take blanks and comments off both ends; the last one goes to *comment. */
static struct slice strip_comments(struct address_reader *r, struct slice s,
				   struct slice *comment)
{
	struct slice core = slice_of(s.p, 0);

	s = slice_trim(s);
	for (size_t at = 0; at < s.len;) {
		size_t n = address_token(r, slice_skip(s, at));
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
static struct slice without_route(struct address_reader *r, struct slice s)
{
	size_t colon;

	s = slice_trim(s);
	if (s.len == 0 || s.p[0] != '@')
		return s;
	colon = address_find(r, s, ":");
	return colon == s.len ? s : slice_skip(s, colon + 1);
}

static void read_plain(struct address_reader *r, struct slice s,
		       struct address *a)
{
	a->name = slice_of(s.p, 0);
	a->mailbox = strip_comments(r, s, &a->name);
	a->in_comment = a->name.len > 0;
	address_split_words(r, a);
}

/* <"bob@x.org">: the quotes do not belong there. */
static struct slice without_quotes(struct address_reader *r, struct slice s)
{
	struct slice inner;

	if (s.len < 2 || s.p[0] != '"' || address_token(r, s) != s.len)
		return s;
	inner = slice_of(s.p + 1, s.len - 2);
	return memchr(inner.p, '@', inner.len) == NULL ? s : inner;
}

/* "Name <mailbox>": `close` is the offset of ">" behind the "<" at `open`. */
static void read_angle(struct address_reader *r, struct slice s, size_t open,
		       size_t close, struct address *a)
{
	struct slice comment = {"", 0};
	struct slice inner = slice_of(s.p + open + 1, close - open - 1);

	a->mailbox = strip_comments(r, without_route(r, inner), &comment);
	a->mailbox = without_quotes(r, a->mailbox);
	a->name = slice_of(s.p, open);
	while (a->name.len > 0 && (ascii_is_space(a->name.p[0]) ||
				   strchr(",;", a->name.p[0]) != NULL))
		a->name = slice_skip(a->name, 1);
	a->name = slice_trim(a->name);
	if (a->name.len > 0 || comment.len == 0)
		return;
	a->name = comment;
	a->in_comment = true;
}

/*
 * Behind ";": may another mailbox follow? Programs write it in place of a
 * comma, but a sender is one person: see next_mailbox().
 */
static bool is_joined(const struct address_reader *r, struct slice s)
{
	while (s.len > 0 && (s.p[0] == ';' || ascii_is_space(s.p[0])))
		s = slice_skip(s, 1);
	return s.len > 0 && s.p[0] != ',' &&
	       (s.p[0] == '<' || (r->last_sign != NULL && r->last_sign > s.p));
}

/*
 * Behind ">": go on to the next comma, or only to the next name when another
 * "<" comes before the comma. A comment there names the mailbox.
 */
static void leave_angle(struct address_reader *r, struct slice s,
			struct address *a)
{
	size_t next = address_find(r, s, ",;<");

	if (next < s.len && s.p[next] == '<') {
		a->joined = true;
		r->rest = s;
		return;
	}
	if (a->name.len == 0) {
		(void)strip_comments(r, slice_of(s.p, next), &a->name);
		a->in_comment = a->name.len > 0;
	}
	r->rest = slice_skip(s, next < s.len ? next + 1 : next);
	a->joined = next < s.len && s.p[next] == ';' && is_joined(r, r->rest);
}

/*
 * An opener in the element that is never closed. Behind an address, or where
 * no "<" follows, nothing more is read: the rest may be a comment in which an
 * address hides. True when the element became shorter.
 */
static bool cut_at_opener(struct address_reader *r, struct slice *s, size_t *at,
			  const char *opener)
{
	struct slice before, behind;
	size_t next;

	if (opener == NULL || opener < s->p || opener >= s->p + *at)
		return false;
	before = up_to(*s, opener);
	behind = slice_skip(*s, before.len + 1);
	r->broken = true;
	next = address_find(r, behind, "<@");
	if (next < behind.len && behind.p[next] == '<' &&
	    address_find(r, before, "@") == before.len)
		return false;
	r->end = opener;
	*s = before;
	*at = before.len;
	return true;
}

static bool has_sign(struct address_reader *r, struct slice s)
{
	return address_find(r, s, "@") < s.len;
}

/* Read the angle brackets at `at`; `start` is where the name begins. */
static void take_angle(struct address_reader *r, const char *start,
		       struct slice s, size_t at, struct address *a)
{
	size_t close = at + 1 + address_find(r, slice_skip(s, at + 1), "<>");
	struct slice whole = slice_of(start, (size_t)(s.p + s.len - start));
	size_t before = (size_t)(s.p - start);

	if (close < s.len && s.p[close] == '>') {
		read_angle(r, whole, before + at, before + close, a);
		leave_angle(r, slice_skip(s, close + 1), a);
		return;
	}
	/*
	 * Not closed: the part before it, then the part behind. If there is an
	 * address behind, what stands before it is its name, though it may look
	 * like another address.
	 */
	r->rest = slice_skip(s, at + 1);
	if (r->last_sign != NULL && r->last_sign > s.p + at)
		return;
	if (has_sign(r, slice_of(s.p, at)))
		read_plain(r, slice_of(s.p, at), a);
}

/*
 * "Doe, John <j@x.org>": parts without an "@" before "<" belong to the name.
 * When no "<" follows, they are read again as mailboxes.
 */
static void read_elements(struct address_reader *r, struct address *a)
{
	struct slice s = r->rest;
	const char *start = s.p;

	for (;;) {
		size_t at = address_find(r, s, ",;:<");
		bool is_part;

		(void)(cut_at_opener(r, &s, &at, r->plain_comments) ||
		       cut_at_opener(r, &s, &at, r->plain_quotes));
		if (at < s.len && s.p[at] == '<') {
			take_angle(r, start, s, at, a);
			return;
		}
		is_part = at < s.len && s.p[at] != ':' &&
			  !(r->no_names != NULL && s.p < r->no_names) &&
			  !has_sign(r, slice_of(s.p, at));
		if (is_part) {
			s = slice_skip(s, at + 1);
			continue;
		}
		if (s.p > start) {
			r->no_names = s.p;
			s = slice_of(start, (size_t)(s.p + s.len - start));
			start = s.p;
			continue;
		}
		r->rest = slice_skip(s, at < s.len ? at + 1 : at);
		if (at == s.len || s.p[at] != ':')
			read_plain(r, slice_of(s.p, at), a);
		a->joined = a->mailbox.len > 0 && at < s.len &&
			    s.p[at] == ';' && is_joined(r, r->rest);
		return;
	}
}

bool address_next(struct address_reader *reader, struct address *out)
{
	while (reader->rest.len > 0) {
		struct address a = {.name = slice_of(reader->rest.p, 0),
				    .mailbox = slice_of(reader->rest.p, 0)};

		read_elements(reader, &a);
		if (reader->rest.p + reader->rest.len > reader->end)
			reader->rest.len =
				(size_t)(reader->end - reader->rest.p);
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
