/* SPDX-License-Identifier: ISC */
#include "rules/tame.h"

#include <string.h>

#include "mail/charset.h"
#include "mail/fold.h"
#include "rules/folder.h"

#include "util/banned.h"

/*
 * Where the outer one of two texts is empty: blanks that stood between them go,
 * and what is the first byte now can be one that no name begins with.
 */
static void trim(struct tame *t)
{
	struct slice name =
		slice_of(t->out->s + t->start, t->out->len - t->start);
	struct slice inner = slice_trim(name);

	if (inner.len < name.len) {
		memmove(t->out->s + t->start, inner.p, inner.len);
		buf_truncate(t->out, t->start + inner.len);
	}
	if (inner.len > 0 && strchr(".-~", t->out->s[t->start]) != NULL)
		t->out->s[t->start] = '_';
}

bool tame_lengthens(struct slice name)
{
	static const char *const taken[] = {"new", "cur", "tmp"};
	bool unusable = name.len == 0;

	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		unusable |= slice_equal(name, slice_str(taken[i]));
	return unusable;
}

void tame_end(struct tame *t)
{
	if (t->captured)
		trim(t);
	if (t->captured && tame_lengthens(slice_of(t->out->s + t->start,
						   t->out->len - t->start)))
		buf_addch(t->out, '_');
	t->captured = false;
	t->start = t->out->len;
}

void tame_fixed(struct tame *t, struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] == '/')
			tame_end(t);
		buf_addch(t->out, text.p[i]);
		if (text.p[i] == '/')
			t->start = t->out->len;
	}
}

static void add_tamed(struct tame *t, struct slice text)
{
	bool utf8 = charset_is_utf8(text);

	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.p[i];
		bool first = t->out->len == t->start;

		if (c < 0x20 || c == 0x7f || c == '/' || (c >= 0x80 && !utf8) ||
		    (first && strchr(".-~", c) != NULL))
			buf_addch(t->out, '_');
		else
			buf_addch(t->out, (char)c);
	}
}

void tame_captured(struct tame *t, struct slice text, size_t more)
{
	struct buf name = BUF_INIT(FOLD_NAME_MAX(text.len));
	size_t used = t->out->len - t->start + more;
	size_t room =
		used < FOLDER_COMPONENT_MAX ? FOLDER_COMPONENT_MAX - used : 0;

	t->captured = true;
	fold_name(text, &name);
	add_tamed(t, slice_trim(slice_cut_utf8(buf_slice(&name), room)));
	buf_release(&name);
}

bool tame_next_level(struct slice *rest, unsigned *n, struct slice *level_out)
{
	if (++*n < TAME_LEVELS_MAX)
		return slice_split(rest, '/', level_out);
	*level_out = *rest;
	*rest = slice_of(NULL, 0);
	return level_out->p != NULL;
}

void tame_levels(struct tame *t, struct slice folder, size_t more)
{
	struct slice level;
	unsigned n = 0;

	while (tame_next_level(&folder, &n, &level)) {
		tame_captured(t, level, folder.p == NULL ? more : 0);
		if (folder.p != NULL)
			tame_fixed(t, slice_str("/"));
	}
}
