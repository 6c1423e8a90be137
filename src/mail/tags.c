/* SPDX-License-Identifier: ISC */
#include "mail/tags.h"

#include <stdlib.h>
#include <string.h>

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
