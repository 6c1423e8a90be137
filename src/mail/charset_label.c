/* SPDX-License-Identifier: ISC */
/* Names of charsets that stand in a text or header. */
#include <string.h>

#include "mail/charset.h"
#include "util/ascii.h"

#include "util/banned.h"

/* Between "<?xml" and its "encoding", at most. */
#define DECLARATION_MAX 256

/* Where the value begins whose "=" is at `at`. */
static size_t value_start(struct slice s, size_t at)
{
	do
		at++;
	while (at < s.len && ascii_is_space(s.p[at]));
	while (at < s.len && (s.p[at] == '"' || s.p[at] == '\''))
		at++;
	return at;
}

/* Is the end of these bytes within an XML declaration? */
static bool is_in_xml(struct slice s)
{
	size_t from = s.len > DECLARATION_MAX ? s.len - DECLARATION_MAX : 0;
	size_t at = s.len;

	while (at > from && s.p[at - 1] != '<' && s.p[at - 1] != '>')
		at--;
	return at > from && slice_starts_nocase(slice_skip(s, at - 1), "<?xml");
}

/* Does the name of a label end here, before its "="? */
static bool ends_name(struct slice s)
{
	while (s.len > 0 && ascii_is_space(s.p[s.len - 1]))
		s.len--;
	return slice_ends_nocase(s, "charset") ||
	       (slice_ends_nocase(s, "encoding") && is_in_xml(s));
}

/* Where the next label begins; at the end: there is none. */
static size_t find_label(struct slice s)
{
	size_t at = 0;

	while (at < s.len) {
		const char *p = memchr(s.p + at, '=', s.len - at);

		if (p == NULL)
			break;
		at = (size_t)(p - s.p);
		if (ends_name(slice_of(s.p, at)))
			return value_start(s, at);
		at++;
	}
	return s.len;
}

bool charset_next_label(struct slice *rest, struct slice *label)
{
	size_t at = find_label(*rest), end = at;

	if (at == rest->len)
		return false;
	while (end < rest->len && rest->p[end] > ' ' &&
	       strchr("\"'<>/;,?", rest->p[end]) == NULL)
		end++;
	*label = slice_of(rest->p + at, end - at);
	*rest = slice_skip(*rest, end);
	return true;
}
