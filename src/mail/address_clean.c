/* SPDX-License-Identifier: ISC */
/* One form for each mailbox, so that equal ones are equal bytes. */
#include <string.h>

#include "mail/address_token.h"
#include "util/ascii.h"

#include "util/banned.h"

/* The word that is being read; the best one so far is in `out`. */
struct cleaner {
	struct buf *out;
	size_t start; /* where the result begins in `out` */
	struct buf local, domain;
	bool has_sign; /* the word has an "@" */
	bool gap;      /* blanks or comments were skipped */
};

/* Characters of a local part that need no quotes (RFC 5322 3.2.3, RFC 6532) */
static bool is_atom(struct slice s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c <= ' ' || c == 0x7f ||
		    (c < 0x80 && strchr("()<>[]:;@\\,\"", (int)c) != NULL))
			return false;
	}
	return true;
}

static void add_local(struct slice local, struct buf *out)
{
	if (is_atom(local)) {
		buf_addslice(out, local);
		return;
	}
	buf_addch(out, '"');
	for (size_t i = 0; i < local.len; i++) {
		if (local.p[i] == '"' || local.p[i] == '\\')
			buf_addch(out, '\\');
		buf_addch(out, local.p[i]);
	}
	buf_addch(out, '"');
}

/* "'bob@x.org'": quotes that do not belong there. */
static void unquote_word(struct cleaner *c)
{
	struct slice domain = buf_slice(&c->domain);

	while (domain.len > 0 && domain.p[domain.len - 1] != '\0' &&
	       strchr("'.>", domain.p[domain.len - 1]) != NULL) {
		if (domain.p[domain.len - 1] == '\'' && c->local.len > 0 &&
		    c->local.s[0] == '\'')
			buf_consume(&c->local, 1);
		domain.len--;
	}
	buf_truncate(&c->domain, domain.len);
}

static bool is_domain(struct slice s)
{
	bool literal = s.len > 2 && s.p[0] == '[' && s.p[s.len - 1] == ']';

	return literal || is_atom(s);
}

/* A word ends: keep it, unless it is no address and an earlier one was. */
static void end_word(struct cleaner *c)
{
	if (c->has_sign)
		unquote_word(c);
	if (c->has_sign && is_domain(buf_slice(&c->domain))) {
		buf_truncate(c->out, c->start);
		add_local(buf_slice(&c->local), c->out);
		buf_addch(c->out, '@');
		buf_addslice(c->out, buf_slice(&c->domain));
	}
	buf_clear(&c->local);
	buf_clear(&c->domain);
	c->has_sign = false;
	c->gap = false;
}

/* "a@b@c": only the last "@" is one. */
static void add_sign(struct cleaner *c)
{
	if (c->has_sign) {
		buf_addch(&c->local, '@');
		buf_addslice(&c->local, buf_slice(&c->domain));
		buf_clear(&c->domain);
	}
	c->has_sign = true;
	c->gap = false;
}

/* Blanks are part of a mailbox only around its dots and its "@". */
static void add_part(struct cleaner *c, struct slice part)
{
	struct buf *into = c->has_sign ? &c->domain : &c->local;
	bool dotted = part.p[0] == '.' ||
		      (into->len > 0 && into->s[into->len - 1] == '.');

	if (c->gap && into->len > 0 && !dotted) {
		end_word(c);
		into = &c->local;
	}
	c->gap = false;
	buf_addslice(into, part);
}

/* The content of "…", of which a local part consists. */
static void add_quoted(struct cleaner *c, struct slice s)
{
	struct buf *into = c->has_sign ? &c->domain : &c->local;

	if (c->gap && into->len > 0 && into->s[into->len - 1] != '.') {
		end_word(c);
		into = &c->local;
	}
	c->gap = false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '\\' && i + 1 < s.len)
			i++;
		buf_addch(into, s.p[i]);
	}
}

static void add_token(struct cleaner *c, struct slice token)
{
	char first = token.p[0];
	bool alone = token.len == 1;

	if (alone ? ascii_is_space(first) : first == '(')
		c->gap = true;
	else if (!alone && first == '"')
		add_quoted(c, slice_of(token.p + 1, token.len - 2));
	else if (!alone && first == '\\')
		add_quoted(c, token);
	else if (alone && first == '@')
		add_sign(c);
	else if (alone && first != '\0' && strchr("<>()\",;", first) != NULL)
		end_word(c);
	else if (alone && first == ':' && !c->has_sign)
		buf_clear(&c->local); /* "mailto:" */
	else
		add_part(c, token);
}

/* One "@" between bytes that mean nothing but themselves. */
static bool is_clean(struct slice s)
{
	size_t signs = 0;

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		signs += c == '@';
		if (!(ascii_is_letter(s.p[i]) || ascii_is_digit(s.p[i]) ||
		      c >= 0x80 ||
		      (c != '\0' &&
		       strchr("!#$%&*+-/=?^_`{|}~.@", (int)c) != NULL)))
			return false;
	}
	return signs == 1 && s.p[s.len - 1] != '.' &&
	       (s.p[0] != '=' || s.p[1] != '?');
}

void address_clean(struct slice mailbox, struct buf *out)
{
	struct address_reader r = address_reader(mailbox);
	struct cleaner c = {.out = out,
			    .start = out->len,
			    .local = BUF_INIT(mailbox.len),
			    .domain = BUF_INIT(mailbox.len)};

	if (is_clean(mailbox)) {
		buf_addslice(out, mailbox);
		return;
	}
	for (size_t at = 0; at < mailbox.len;) {
		struct slice token = slice_of(mailbox.p + at, mailbox.len - at);

		token.len = address_token(&r, token);
		add_token(&c, token);
		at += token.len;
	}
	end_word(&c);
	/* Keep a text that is not an address unchanged. */
	if (out->len == c.start)
		buf_addslice(out, mailbox);
	buf_release(&c.local);
	buf_release(&c.domain);
}
