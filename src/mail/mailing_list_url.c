/* SPDX-License-Identifier: ISC */
#include "mail/mailing_list_url.h"

#include <string.h>

#include "mail/token.h"

#include "util/banned.h"

/* Parts of a path behind which the programs of lists put the name. */
#define OF_PAGES    "listinfo options"
#define OF_ARCHIVES OF_PAGES " archive archives arc group g list lists private"

/* Parts that stand there, but are not a name. */
#define NO_NAMES " mailman pipermail hyperkitty sympa wws"

/* The path of the first URL, behind the host. */
static struct slice path_of(struct slice text)
{
	const char *p = memmem(text.p, text.len, "://", 3);

	if (p == NULL)
		return SLICE_EMPTY;
	text = slice_skip(text, (size_t)(p - text.p) + 3);
	text = slice_until(text, "> \t,?#");
	return slice_skip(text, slice_until(text, "/").len);
}

struct slice mailing_list_of_page(struct slice text, bool is_archive)
{
	struct slice rest = path_of(text), part, name = {NULL, 0};
	bool is_next = false;

	while (slice_split(&rest, '/', &part)) {
		bool is_address = slice_contains_nocase(part, "@") ||
				  slice_contains_nocase(part, "%40");

		if (part.len == 0)
			continue;
		if (token_is_one_of(part, is_archive ? OF_ARCHIVES : OF_PAGES))
			is_next = true;
		else if (is_next || (is_archive && is_address))
			return slice_until(part, ".@%");
		else if (is_archive && memchr(part.p, '.', part.len) == NULL &&
			 !token_is_one_of(part, OF_ARCHIVES NO_NAMES))
			name = part;
	}
	return name;
}
