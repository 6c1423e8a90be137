/* SPDX-License-Identifier: ISC */
#include "mail/tags.h"

#include <stdlib.h>
#include <string.h>

#include "util/ascii.h"
#include "util/escape.h"
#include "util/xalloc.h"

#include "util/banned.h"

int tags_check(struct slice tag, struct error *err)
{
	bool bad = tag.len == 0 || tag.len > TAG_LENGTH_MAX ||
		   tag.p[0] == '-' || tag.p[0] == '+';

	for (size_t i = 0; i < tag.len && !bad;) {
		size_t n = utf8_sequence(tag.p + i, tag.len - i);

		bad = n == 0 || (unsigned char)tag.p[i] <= ' ' ||
		      strchr("(){}%*\"\\],\x7f", tag.p[i]) != NULL;
		i += n;
	}
	if (!bad)
		return 0;
	return error_set(err, ERR_CONFIG,
			 "\"%.*s\" cannot be a tag: a tag is one word of up to "
			 "%d bytes without ( ) { } %% * \" \\ ] and comma",
			 (int)(tag.len > 100 ? 100 : tag.len), tag.p,
			 TAG_LENGTH_MAX);
}

static size_t find(const struct tags *t, struct slice tag)
{
	size_t i = 0;

	while (i < t->n && !slice_equal(slice_str(t->names[i]), tag))
		i++;
	return i;
}

bool tags_has(const struct tags *t, struct slice tag)
{
	return find(t, tag) < t->n;
}

int tags_add(struct tags *t, struct slice tag)
{
	struct error ignored = ERROR_INIT;

	if (tags_check(tag, &ignored) == -1)
		return -1;
	if (tags_has(t, tag))
		return 0;
	if (t->n == TAGS_MAX)
		return -1;
	xgrow(&t->names, t->n, sizeof(*t->names));
	t->names[t->n++] = xmemdup0(tag.p, tag.len);
	return 0;
}

void tags_remove(struct tags *t, struct slice tag)
{
	size_t i = find(t, tag);

	if (i == t->n)
		return;
	free(t->names[i]);
	t->n--;
	memmove(t->names + i, t->names + i + 1, (t->n - i) * sizeof(*t->names));
}

void tags_release(struct tags *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->names[i]);
	free(t->names);
	t->names = NULL;
	t->n = 0;
}

void tags_join(const struct tags *t, char separator, struct buf *out)
{
	for (size_t i = 0; i < t->n; i++) {
		if (i > 0)
			buf_addch(out, separator);
		buf_addstr(out, t->names[i]);
	}
}

void tags_split(struct slice joined, char separator, struct tags *out)
{
	struct slice tag;

	while (slice_split(&joined, separator, &tag))
		(void)tags_add(out, tag);
}

static bool is_bare(char c)
{
	return ascii_is_letter(c) || ascii_is_digit(c) ||
	       (c != '\0' && strchr("+-_@=.,", c));
}

/* notmuch-tag(1): all but these are written as %XX. */
static void add_hex(struct buf *out, struct slice s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (is_bare(s.p[i]))
			buf_addch(out, s.p[i]);
		else
			buf_addf(out, "%%%02x", (unsigned char)s.p[i]);
	}
}

/* A query of Xapian: in quotes, with inner quotes doubled. */
static void add_query(struct buf *out, struct slice id)
{
	buf_addstr(out, "id:%22");
	for (size_t i = 0; i < id.len; i++) {
		if (id.p[i] == '"')
			add_hex(out, slice_str("\""));
		add_hex(out, slice_of(id.p + i, 1));
	}
	buf_addstr(out, "%22\n");
}

void tags_notmuch_line(const struct tags *t, struct slice id, struct buf *out)
{
	if (t->n == 0 || id.len == 0)
		return;
	for (size_t i = 0; i < t->n; i++) {
		buf_addstr(out, "+");
		add_hex(out, slice_str(t->names[i]));
		buf_addch(out, ' ');
	}
	buf_addstr(out, "-- ");
	add_query(out, id);
}
