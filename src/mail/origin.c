/* SPDX-License-Identifier: ISC */
#include "mail/origin.h"

#include <string.h>

#include "util/ascii.h"

#include "util/banned.h"

static bool is_daemon(struct slice local)
{
	static const char *const names[] = {"mailer-daemon", "mailer_daemon",
					    NULL};

	return slice_is_one_of_nocase(local, names);
}

bool origin_is_from_line(struct slice start)
{
	size_t n = 5;

	if (start.len < n || memcmp(start.p, "From ", n) != 0)
		return false;
	while (n < start.len && ascii_is_blank(start.p[n]))
		n++;
	return n == start.len || start.p[n] != ':';
}

struct slice origin_of_from_line(struct slice line)
{
	bool quoted = false;
	size_t n = 0;

	if (!origin_is_from_line(line))
		return slice_of(NULL, 0);
	line = slice_of(line.p + 5, line.len - 5);
	while (line.len > 0 && ascii_is_blank(line.p[0]))
		line = slice_of(line.p + 1, line.len - 1);
	for (; n < line.len && (quoted || !ascii_is_space(line.p[n])); n++) {
		/* It becomes a field: nothing may end that, or the brackets. */
		if ((unsigned char)line.p[n] < 0x20 || line.p[n] == 0x7f)
			return slice_of(NULL, 0);
		quoted ^= line.p[n] == '"';
	}
	line = slice_of(line.p, n);
	if (line.len >= 2 && line.p[0] == '<' && line.p[n - 1] == '>')
		line = slice_of(line.p + 1, n - 2);
	else if (line.len == 0 || slice_equal(line, slice_str("-")) ||
		 slice_equal(line, slice_str("???@???")))
		return slice_of(NULL, 0);
	if (memchr(line.p, '<', line.len) != NULL ||
	    memchr(line.p, '>', line.len) != NULL)
		return slice_of(NULL, 0);
	return is_daemon(line) ? SLICE_EMPTY : line;
}

/* Without a route, as in "@relay.example:bob@x.org" (RFC 5321 C). */
static struct slice without_route(struct slice path)
{
	const char *colon = path.len > 0 && path.p[0] == '@'
				    ? memchr(path.p, ':', path.len)
				    : NULL;

	return colon == NULL ? path
			     : slice_skip(path, (size_t)(colon + 1 - path.p));
}

/*
 * "<bob@x.org>", "bob@x.org", "<>", perhaps with a comment behind it. Postfix
 * writes MAILER-DAEMON for the null sender when it hands mail to a program.
 */
static struct slice path(struct slice value)
{
	const char *open;

	value = slice_trim(value);
	open = value.len == 0 ? NULL : memchr(value.p, '<', value.len);
	if (open == NULL) {
		value = slice_until(value, " \t\r\n(");
	} else {
		value = slice_skip(value, (size_t)(open + 1 - value.p));
		value = slice_trim(slice_until(value, ">"));
	}
	return is_daemon(value) ? SLICE_EMPTY : without_route(value);
}

bool origin_sender(struct message *m, struct slice *out)
{
	static const char *const fields[] = {"Return-Path", "X-Envelope-From",
					     "Envelope-From",
					     "X-Envelope-Sender", NULL};
	size_t at, i;

	for (size_t j = 0; fields[j] != NULL; j++) {
		at = 0;
		if (message_next(m, fields[j], &at, &i)) {
			*out = path(m->fields[i].value);
			return true;
		}
	}
	*out = origin_of_from_line(slice_until(m->header, "\n"));
	return out->p != NULL;
}
