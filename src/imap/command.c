/* SPDX-License-Identifier: ISC */
#include "imap/command.h"

#include <inttypes.h>
#include <string.h>

#include "imap/response.h"

#include "util/banned.h"

/* RFC 7888, 5: what LITERAL- allows. */
#define SHORT_LITERAL_MAX 4096

enum literals command_literals(const struct capabilities *c)
{
	if (capability(c, CAPABILITY_LITERAL_PLUS))
		return LITERALS_ALL;
	return capability(c, CAPABILITY_LITERAL_MINUS) ? LITERALS_SHORT
						       : LITERALS_NONE;
}

size_t command_line_max(const struct capabilities *c)
{
	return capability(c, CAPABILITY_YAHOO) ? COMMAND_LINE_MAX
					       : COMMAND_LINE_MAX_LONG;
}

void command_start(struct buf *out, uint32_t tag, const char *words)
{
	buf_addf(out, "%c%" PRIu32 " %s", TAG_PREFIX, tag, words);
}

void command_add(struct buf *out, const char *words)
{
	buf_addch(out, ' ');
	buf_addstr(out, words);
}

bool command_may_use_literal(struct slice s, enum literals literals)
{
	return literals == LITERALS_ALL ||
	       (literals == LITERALS_SHORT && s.len <= SHORT_LITERAL_MAX);
}

static void add_quoted(struct buf *out, struct slice s)
{
	buf_addch(out, '"');
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '"' || s.p[i] == '\\')
			buf_addch(out, '\\');
		buf_addch(out, s.p[i]);
	}
	buf_addch(out, '"');
}

/*
 * Bytes that are not ASCII are forbidden in a quoted string, but servers that
 * have such names, and no literals for us, take them so.
 */
bool command_add_string(struct buf *out, struct slice s, enum literals literals)
{
	bool has_nul = memchr(s.p, '\0', s.len) != NULL;
	bool has_line = slice_until(s, "\r\n").len < s.len;
	bool quotable = !has_line && slice_is_ascii(s);

	if (has_nul || (has_line && !command_may_use_literal(s, literals)))
		return false;
	buf_addch(out, ' ');
	if (quotable || !command_may_use_literal(s, literals)) {
		add_quoted(out, s);
		return true;
	}
	buf_addf(out, "{%zu+}\r\n", s.len);
	buf_addslice(out, s);
	return true;
}

void command_end(struct buf *out)
{
	buf_addstr(out, "\r\n");
}

void uid_set_start(struct uid_set *set, struct buf *out, size_t end)
{
	memset(set, 0, sizeof(*set));
	buf_addch(out, ' ');
	set->out = out;
	set->end = end;
	set->at = out->len;
}

static bool has_room(const struct uid_set *set)
{
	size_t room = sizeof(",4294967295:4294967295") - 1;

	return set->first == 0 || set->out->len + room <= set->end;
}

static void add_range(struct uid_set *set, uint32_t uid)
{
	if (set->first != 0)
		buf_addch(set->out, ',');
	set->at = set->out->len;
	set->first = uid;
	buf_addf(set->out, "%" PRIu32, uid);
}

bool uid_set_add(struct uid_set *set, uint32_t uid)
{
	if (!has_room(set))
		return false;
	if (set->first != 0 && uid == set->last + 1) {
		buf_truncate(set->out, set->at);
		buf_addf(set->out, "%" PRIu32 ":%" PRIu32, set->first, uid);
	} else {
		add_range(set, uid);
	}
	set->last = uid;
	return true;
}

bool uid_set_add_rest(struct uid_set *set, uint32_t uid, uint32_t last)
{
	if (!has_room(set))
		return false;
	add_range(set, uid);
	if (last == 0)
		buf_addstr(set->out, ":*");
	else
		buf_addf(set->out, ":%" PRIu32, last);
	return true;
}
