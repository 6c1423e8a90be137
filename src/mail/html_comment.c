/* SPDX-License-Identifier: ISC */
#include "mail/html_comment.h"

#include <string.h>

#include "util/banned.h"

size_t html_comment_length(struct slice s)
{
	size_t i = 4;

	if (s.len > 4 && s.p[4] == '>')
		return 5;
	if (s.len > 5 && s.p[4] == '-' && s.p[5] == '>')
		return 6;
	while (i < s.len) {
		const char *p = memchr(s.p + i, '-', s.len - i);

		if (p == NULL)
			break;
		i = (size_t)(p - s.p);
		if (s.len - i > 2 && p[1] == '-' && p[2] == '>')
			return i + 3;
		if (s.len - i > 3 && p[1] == '-' && p[2] == '!' && p[3] == '>')
			return i + 4;
		i++;
	}
	return s.len;
}

size_t html_comment_bogus_length(struct slice s)
{
	const char *end = memchr(s.p, '>', s.len);

	return end == NULL ? s.len : (size_t)(end - s.p) + 1;
}

struct slice html_comment_shown(struct slice comment)
{
	static const char begin[] = "<!--[if", end[] = "<![endif]";
	const char *p;

	if (!slice_starts_nocase(comment, begin))
		return SLICE_EMPTY;
	p = memmem(comment.p, comment.len, "]>", 2);
	if (p == NULL)
		return SLICE_EMPTY;
	comment = slice_skip(comment, (size_t)(p - comment.p) + 2);
	p = memmem(comment.p, comment.len, end, strlen(end));
	return slice_of(comment.p,
			p == NULL ? comment.len : (size_t)(p - comment.p));
}
