/* SPDX-License-Identifier: ISC */
/* Display names without their quotes. */
#include "mail/address.h"

#include "util/banned.h"

/* The offset of the quote that closes the one at `at`, or s.len. */
static size_t closing_quote(struct slice s, size_t at)
{
	for (at++; at < s.len && s.p[at] != '"'; at++)
		if (s.p[at] == '\\')
			at++;
	return at < s.len ? at : s.len;
}

void address_unescape(struct slice s, struct buf *out)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '\\' && i + 1 < s.len)
			i++;
		buf_addch(out, s.p[i]);
	}
}

void address_unquote(struct slice s, struct buf *out)
{
	bool in_address = false;

	for (size_t i = 0; i < s.len; i++) {
		size_t end;

		if (s.p[i] == '<' || s.p[i] == '>')
			in_address = s.p[i] == '<';
		if (s.p[i] != '"' || in_address) {
			buf_addch(out, s.p[i]);
			continue;
		}
		end = closing_quote(s, i);
		if (end == s.len) {
			buf_add(out, s.p + i, s.len - i);
			return;
		}
		if (end + 1 < s.len && s.p[end + 1] == '@')
			buf_add(out, s.p + i, end + 1 - i);
		else
			address_unescape(slice_of(s.p + i + 1, end - i - 1),
					 out);
		i = end;
	}
}
