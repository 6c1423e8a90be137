/* SPDX-License-Identifier: ISC */
#include "mail/mailing_list_role.h"

#include <string.h>

#include "util/banned.h"

static const struct slice none = {NULL, 0};

struct slice mailing_list_local(struct slice text)
{
	const char *at = memchr(text.p, '@', text.len), *start = at;

	if (at == NULL)
		return none;
	while (start > text.p &&
	       strchr(" \t\r\n<>\",;:()[]", start[-1]) == NULL)
		start--;
	return start == at ? none : slice_of(start, (size_t)(at - start));
}

struct slice mailing_list_without_role(struct slice local)
{
	static const char *const roles[] = {
		"owner",       "bounces",   "bounce", "request", "return",
		"unsubscribe", "subscribe", "leave",  "join",	 "help",
		"errors",      "admin",	    "confirm"};

	if (local.p == NULL)
		return none;
	if (slice_starts_nocase(local, "owner-"))
		return local.len == 6 ? none : slice_skip(local, 6);
	for (size_t i = 1; i + 1 < local.len; i++) {
		struct slice rest = slice_skip(local, i + 1);

		for (size_t j = 0; strchr("-+", local.p[i]) != NULL &&
				   j < sizeof(roles) / sizeof(roles[0]);
		     j++) {
			size_t len = strlen(roles[j]);

			if (slice_starts_nocase(rest, roles[j]) &&
			    (rest.len == len ||
			     strchr("+-=", rest.p[len]) != NULL))
				return slice_of(local.p, i);
		}
	}
	return none;
}

struct slice mailing_list_of_sender(struct slice text)
{
	return mailing_list_without_role(mailing_list_local(text));
}
