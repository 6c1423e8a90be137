/* SPDX-License-Identifier: ISC */
#include "rules/marks.h"

#include <string.h>

#include "util/ascii.h"

#include "util/banned.h"

#define MARK "\\p{M}"
#define IN   "[" MARK "\\w]"
#define OUT  "[^" MARK "\\w]"
#define EDGE "(?:(?<=" IN ")(?!" IN ")|(?<!" IN ")(?=" IN "))"
#define SAME "(?:(?<=" IN ")(?=" IN ")|(?<!" IN ")(?!" IN "))"

struct rewriting {
	struct slice in;
	size_t at;
	struct buf *out;
	bool in_class; /* between [ and ] */
	bool changed;
};

static bool follows(const struct rewriting *r, const char *text)
{
	size_t len = strlen(text);

	return r->in.len - r->at >= len &&
	       memcmp(r->in.p + r->at, text, len) == 0;
}

static void copy(struct rewriting *r, size_t n)
{
	if (n > r->in.len - r->at)
		n = r->in.len - r->at;
	buf_add(r->out, r->in.p + r->at, n);
	r->at += n;
}

/* Copy `n` bytes, and all up to the end of `end`, if it comes. */
static void copy_until(struct rewriting *r, size_t n, const char *end)
{
	copy(r, n);
	while (r->at < r->in.len && !follows(r, end))
		copy(r, 1);
	copy(r, strlen(end));
}

static void replace(struct rewriting *r, size_t n, const char *text)
{
	buf_addstr(r->out, text);
	r->at += n;
	r->changed = true;
}

/* An escape that means itself within a class. */
static void rewrite_outside(struct rewriting *r)
{
	if (follows(r, "\\W"))
		replace(r, 2, OUT);
	else if (follows(r, "\\b"))
		replace(r, 2, EDGE);
	else if (follows(r, "\\B"))
		replace(r, 2, SAME);
	else
		copy(r, 2);
}

static void rewrite_escape(struct rewriting *r)
{
	if (follows(r, "\\Q"))
		copy_until(r, 2, "\\E");
	else if (follows(r, "\\c"))
		copy(r, 3);
	else if (follows(r, "\\w"))
		/* Before it: behind it "-" is a hyphen, as it was. */
		replace(r, 2, r->in_class ? MARK "\\w" : IN);
	else if (r->in_class)
		copy(r, 2);
	else
		rewrite_outside(r);
}

/* The length of [:name:] at this place, or 0. */
static size_t posix_class(const struct rewriting *r)
{
	size_t i = r->at + 2;

	if (!follows(r, "[:"))
		return 0;
	while (i < r->in.len &&
	       (ascii_is_letter(r->in.p[i]) || r->in.p[i] == '^'))
		i++;
	return i + 1 < r->in.len && r->in.p[i] == ':' && r->in.p[i + 1] == ']'
		       ? i + 2 - r->at
		       : 0;
}

static void rewrite_class(struct rewriting *r)
{
	size_t posix = posix_class(r);

	if (posix == 0)
		r->in_class = r->in.p[r->at] != ']';
	copy(r, posix == 0 ? 1 : posix);
}

/* [, [^, and a ] that is one of the characters. */
static void begin_class(struct rewriting *r)
{
	copy(r, follows(r, "[^") ? 2 : 1);
	r->in_class = true;
	if (follows(r, "]"))
		copy(r, 1);
}

/* Is it (?x) or the like? */
static bool is_extended(const struct rewriting *r)
{
	bool found = false;

	if (!follows(r, "(?"))
		return false;
	for (size_t i = r->at + 2; i < r->in.len; i++) {
		if (r->in.p[i] == ')' || r->in.p[i] == ':')
			return found;
		if (!ascii_is_letter(r->in.p[i]) && r->in.p[i] != '^' &&
		    r->in.p[i] != '-')
			return false;
		found |= r->in.p[i] == 'x';
	}
	return false;
}

bool marks_rewrite(struct slice pattern, struct buf *out)
{
	struct rewriting r = {.in = pattern, .out = out};

	while (r.at < pattern.len) {
		if (pattern.p[r.at] == '\\')
			rewrite_escape(&r);
		else if (r.in_class)
			rewrite_class(&r);
		else if (pattern.p[r.at] == '[')
			begin_class(&r);
		else if (follows(&r, "(?#"))
			copy_until(&r, 3, ")");
		else if (is_extended(&r))
			return false;
		else
			copy(&r, 1);
	}
	return r.changed && !out->full;
}
