/* SPDX-License-Identifier: ISC */
/*
 * Address lists: any bytes give mailboxes that are views into them, and what is
 * in a display name or a comment is never one.
 */
#include "mail/address.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "repeat.h"
#include "util/base64.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The clean form is the same when it is cleaned again. */
static void check_mailbox(struct slice mailbox)
{
	struct buf once = BUF_INIT(2 * mailbox.len + 2);
	struct buf twice = BUF_INIT(2 * once.max + 2);
	struct buf folded = BUF_INIT(ADDRESS_FOLD_MAX(once.max));

	address_clean(mailbox, &once);
	assert(once.len > 0 && !once.full);
	if (address_domain(buf_slice(&once)).len > 0) {
		address_clean(buf_slice(&once), &twice);
		assert(slice_equal(buf_slice(&once), buf_slice(&twice)));
	}
	address_fold(buf_slice(&once), &folded);
	assert(!folded.full);
	assert(address_domain(mailbox).len <= mailbox.len);
	buf_release(&once);
	buf_release(&twice);
	buf_release(&folded);
}

static void check_list(struct slice value)
{
	struct address_reader reader = address_reader(value);
	struct address a;
	size_t n = 0;

	while (address_next(&reader, &a)) {
		assert(a.mailbox.len > 0 && a.mailbox.p >= value.p &&
		       a.mailbox.p + a.mailbox.len <= value.p + value.len);
		assert(a.name.len == 0 ||
		       (a.name.p >= value.p &&
			a.name.p + a.name.len <= value.p + value.len));
		check_mailbox(a.mailbox);
		assert(++n <= value.len);
	}
}

/* The bytes, so that none of the marks has its meaning. */
static void add_escaped(struct slice s, struct buf *out)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '"' || s.p[i] == '\\' || s.p[i] == '(' ||
		    s.p[i] == ')')
			buf_addch(out, '\\');
		buf_addch(out, s.p[i]);
	}
}

/* Around the bytes there is one mailbox, whatever they are. */
static void check_hidden(const char *before, struct slice bytes,
			 const char *after)
{
	struct buf value = BUF_INIT(2 * bytes.len + 100);
	struct address_reader reader;
	struct address a;

	buf_addstr(&value, before);
	buf_addslice(&value, bytes);
	buf_addstr(&value, after);
	reader = address_reader(buf_slice(&value));
	assert(address_next(&reader, &a));
	assert(slice_equal(a.mailbox, slice_str("real@x.org")));
	assert(!address_next(&reader, &a));
	buf_release(&value);
}

static void check_all_hidden(struct slice bytes)
{
	struct buf escaped = BUF_INIT(2 * bytes.len);
	struct buf base64 = BUF_INIT(BASE64_LENGTH(bytes.len));

	add_escaped(bytes, &escaped);
	base64_encode(bytes, &base64);
	check_hidden("\"", buf_slice(&escaped), "\" <real@x.org>");
	check_hidden("(", buf_slice(&escaped), ") real@x.org");
	check_hidden("real@x.org (", buf_slice(&escaped), ")");
	check_hidden("<real@x.org> (", buf_slice(&escaped), ")");
	check_hidden("real@x.org (a(", buf_slice(&escaped), ")b)");
	check_hidden("=?utf-8?B?", buf_slice(&base64), "?= <real@x.org>");
	buf_release(&escaped);
	buf_release(&base64);
}

static void check_all(struct slice bytes)
{
	struct buf out = BUF_INIT(2 * bytes.len);

	check_list(bytes);
	check_all_hidden(bytes);
	address_unquote(bytes, &out);
	assert(!out.full && out.len <= bytes.len);
	buf_clear(&out);
	address_unescape(bytes, &out);
	assert(!out.full && out.len <= bytes.len);
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_all(slice_of((const char *)data, size));
	repeat(data, size, check_all);
	return 0;
}
