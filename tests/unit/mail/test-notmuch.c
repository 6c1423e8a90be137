/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "../tap.h"
#include "mail/notmuch.h"
#include "util/xalloc.h"

/* Ids as notmuch 0.37 found them. */
static const struct id {
	const char *value, *id;
} ids[] = {
	{"<a@b>", "a@b"},
	{"<a\"b@c>", "a\"b@c"},
	{"< a b\t@c >", "ab@c"},
	{"(comment (inner \\)) <x>) <c@d>", "c@d"},
	{"word \"q\" <c@d>", "c@d"},
	{"c@d", "c@d"},
	{"<c@d", "c@d"},
	{"<a@b> <c@d>", "a@b"},
	{"<>", "<>"},
	{"<a>", "<a>"},
	{"<a>b@c>", "<a>b@c>"},
	{"<a<b@c>", "a<b@c"},
	{"<\"\">", "\"\""},
	{"no bracket \"q\"", "no bracket \"q\""},
	{"=?utf-8?q?=3Ca=40b=3E?=", "a@b"},
	{"<\xff\xfe@x>", "ÿþ@x"},
	{"<发@x>", "发@x"},
	{"<a\r\n b@c>", "ab@c"},
	{"\r\n <a@b>", "a@b"},
	{"", ""},
	{"  ", ""},
	{"(all of it is a comment", "(all of it is a comment"},
};

static void test_ids(void)
{
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		struct buf header = BUF_INIT(1000), id = BUF_INIT(1000);

		buf_addf(&header, "Subject: x\r\nMessage-Id: %s\r\n\r\n",
			 ids[i].value);
		notmuch_id(buf_slice(&header), &id);
		is_str(ids[i].id, id.s, ids[i].value);
		buf_release(&header);
		buf_release(&id);
	}
}

static void test_long_ids(void)
{
	char value[400];
	struct buf header = BUF_INIT(1000), id = BUF_INIT(1000);

	memset(value, 'q', 191);
	value[189] = '\0';
	buf_addf(&header, "Message-ID: <%s>\n\n", value);
	notmuch_id(buf_slice(&header), &id);
	is_str(value, id.s, "the longest id");
	value[189] = 'q';
	value[190] = '\0';
	buf_clear(&header);
	buf_clear(&id);
	buf_addf(&header, "Message-ID: <%s>\n\n", value);
	notmuch_id(buf_slice(&header), &id);
	is_str("notmuch-sha1-920e1435a5342e3cedf39420b864310a60c73ccd", id.s,
	       "a longer one is a digest");
	buf_clear(&id);
	notmuch_id(slice_str("Subject: x\n\n<a@b>\n"), &id);
	is_int(0, id.len, "no Message-ID, no id");
	ok(notmuch_digest_id(slice_str("abc"), &id), "a digest");
	is_str("notmuch-sha1-a9993e364706816aba3e25717850c26c9cd0d89d", id.s,
	       "is SHA-1");
	buf_release(&header);
	buf_release(&id);
}

static void is_line(const char *wanted, const char *changes, const char *id)
{
	struct buf line = BUF_INIT(10000);

	notmuch_line(slice_str(changes), slice_str(id), &line);
	is_str(wanted, line.s, "H15: a line");
	buf_release(&line);
}

static void test_lines(void)
{
	is_line("+a -inbox -- id:\"x@y\"\n", "a -inbox", "x@y");
	is_line("+%e5%8f%91 -- id:\"a\"\"b@x\"\n", "发", "a\"b@x");
	is_line("+a -- id:\"x +evil -- *\"\n", "a", "x\n+evil -- *");
	is_line("+b -- id:\"%22\"\n", "--x +y b bad(", "%22");
	is_line("", "", "x@y");
	is_line("", "a", "");
}

/* One MiB of what takes the most steps. */
static void test_large(void)
{
	static const char worst[] = "(\\<>\" ";
	size_t n = 1024 * 1024;
	char *bytes = xmalloc(n);

	for (size_t i = 0; i < sizeof(worst) - 1; i++) {
		struct buf id = BUF_INIT(1000);

		memset(bytes, worst[i], n);
		memcpy(bytes, "Message-ID: <", 13);
		notmuch_id(slice_of(bytes, n), &id);
		ok(id.len <= NOTMUCH_ID_MAX, "1 MiB of one character");
		buf_release(&id);
	}
	free(bytes);
}

int main(void)
{
	test_ids();
	test_long_ids();
	test_lines();
	test_large();
	return done_testing();
}
