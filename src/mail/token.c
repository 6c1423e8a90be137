/* SPDX-License-Identifier: ISC */
#include "mail/token.h"

#include <string.h>

#include "mail/address_token.h"

#include "util/banned.h"

#define BETWEEN " \t\r\n\"',;:/=<>[]()"

/* Behind a comment, which may hold others; behind all if it does not end. */
static struct slice skip_comment(struct slice s)
{
	size_t n = address_comment(s);

	return slice_skip(s, n > 0 ? n : s.len);
}

bool token_next(struct slice *rest, struct slice *token)
{
	struct slice s = *rest;

	/* A NUL, too, stands between words. */
	while (s.len > 0 && strchr(BETWEEN, s.p[0]) != NULL)
		s = s.p[0] == '(' ? skip_comment(s) : slice_skip(s, 1);
	*token = slice_until(s, BETWEEN);
	*rest = slice_skip(s, token->len);
	return token->len > 0;
}

bool token_is_one_of(struct slice token, const char *words)
{
	struct slice rest = slice_str(words), one;

	while (slice_split(&rest, ' ', &one))
		if (slice_equal_nocase(token, one))
			return true;
	return false;
}
