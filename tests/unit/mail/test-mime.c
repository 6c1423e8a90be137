/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../tap.h"
#include "mail/charset.h"
#include "mail/mime.h"

static const char *const fallback[] = {"GB18030", "CP1252", NULL};

/* Names of attachments with "|" between, then "#", then the text. */
static const struct {
	const char *name;
	const char *raw;
	const char *want;
} messages[] = {
	{"no MIME", "A: b\n\nhello\n", "#hello\n"},
	{"no body", "A: b\n\n", "#"},
	{"nothing", "", "#"},
	{"no header", "hello there\n\nyou", "#hello there\n\nyou\n"},
	{"no line end", "A: b\n\nhello", "#hello\n"},
	{"CRLF", "A: b\r\n\r\na\r\n\r\nb\rc\r\n", "#a\n\nb\rc\n"},
	{"base64 and a charset",
	 "Content-Type: text/plain; charset=gb2312\n"
	 "Content-Transfer-Encoding: base64\n\nxOO6ww==\n",
	 "#你好\n"},
	{"quoted-printable",
	 "Content-Type: text/plain; charset=utf-8\n"
	 "Content-Transfer-Encoding: quoted-printable\n\na=C3=A4=\nb=\n",
	 "#aäb\n"},
	{"uuencode",
	 "Content-Transfer-Encoding: x-uuencode\n\n"
	 "begin 644 a\n#86)C\n`\nend\n",
	 "#abc\n"},
	{"B11: an unknown charset is guessed",
	 "Content-Type: text/plain; charset=x\n\n\xc4\xe3\xba\xc3\n",
	 "#你好\n"},
	{"8-bit without a label", "A: b\n\n\xc4\xe3\xba\xc3\n", "#你好\n"},
	{"a duplicate field: the first counts",
	 "Content-Type: text/html\nContent-Type: text/plain\n\n<b>a</b>",
	 "#a\n"},
	{"HTML", "Content-Type: text/html; charset=utf-8\n\n<p>a&amp;b</p>",
	 "#a&b\n"},
	{"HTML that names its charset",
	 "Content-Type: text/html\n\n<meta charset='koi8-r'>\xf0\xd2", "#Пр\n"},
	{"HTML that names its charset the old way",
	 "Content-Type: text/html\n\n<meta content=\"text/html; "
	 "charset=koi8-r\">\xf0\xd2",
	 "#Пр\n"},
	{"alternatives and attachments",
	 "Content-Type: multipart/mixed; boundary=b\n\npreamble\n--b\n"
	 "Content-Type: multipart/alternative; boundary=c\n\n--c\n\none\n"
	 "--c\nContent-Type: text/html\n\n<i>two</i>\n--c--\n--b\n"
	 "Content-Type: application/pdf; name=\"x.pdf\"\n"
	 "Content-Disposition: attachment; filename*=utf-8''%c3%a4.pdf\n"
	 "Content-Transfer-Encoding: base64\n\nAAAA\n--b\n"
	 "Content-Type: application/zip; name=y.zip\n\nz\n--b--\nepilogue\n",
	 "ä.pdf|y.zip#one\ntwo\n"},
	{"a message in a message",
	 "Content-Type: multipart/mixed; boundary=b\n\n--b\n"
	 "Content-Type: message/rfc822; name=m.eml\n\nSubject: x\n"
	 "Content-Type: multipart/mixed; boundary=c\n\n--c\n"
	 "Content-Disposition: inline; filename=n.txt\n\ninner\n--c--\n--b--\n",
	 "m.eml|n.txt#inner\n"},
	{"B8: no boundary",
	 "Content-Type: multipart/mixed\n\n--b\n\na\n--b--\n", "#"},
	{"boundary that never comes",
	 "Content-Type: multipart/mixed; boundary=b\n\nhello\n", "#"},
	{"not closed",
	 "Content-Type: multipart/mixed; boundary=b\n\n--b\n\na\n", "#a\n"},
	{"B8: one boundary begins like the other",
	 "Content-Type: multipart/mixed; boundary=b\n\n--b\n"
	 "Content-Type: multipart/mixed; boundary=bb\n\n--bb\n\na\n--bb--\n"
	 "--b\n\nc\n--b--\n",
	 "#a\nc\n"},
	{"B10: broken base64",
	 "Content-Transfer-Encoding: base64\n\n!!!aGVsb*G8\n=\n", "#hello\n"},
};

static void describe(const struct mime_view *view, struct buf *out)
{
	size_t n = 0;

	for (size_t i = 0; i < view->n_attachments; i++) {
		if (view->attachments[i].name_len == 0)
			continue;
		if (n++ > 0)
			buf_addch(out, '|');
		buf_add(out, view->attachments[i].name,
			view->attachments[i].name_len);
	}
	buf_addch(out, '#');
	buf_addslice(out, buf_slice(&view->text));
}

static void test_messages(void)
{
	struct buf out = BUF_INIT(4096);

	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		struct mime_view view;

		buf_clear(&out);
		mime_view_init(&view, slice_str(messages[i].raw), fallback);
		describe(&view, &out);
		is_slice(messages[i].want, buf_slice(&out), messages[i].name);
		mime_view_release(&view);
	}
	buf_release(&out);
}

static void test_types(void)
{
	struct mime_view view;

	mime_view_init(&view,
		       slice_str("Content-Type: Application/PDF; name=a\n\nx"),
		       NULL);
	ok(view.n_attachments == 1 &&
		   strcmp(view.attachments[0].type, "application/pdf") == 0,
	   "the type of an attachment, in lower case");
	mime_view_release(&view);
	mime_view_release(&view);
	mime_view_init(&view, slice_of(NULL, 0), NULL);
	ok(view.text.len == 0 && !view.cut, "no bytes at all");
	mime_view_release(&view);
}

struct bomb {
	const char *name;
	const char *start;
	const char *unit;
	size_t n;
	bool is_cut;
};

static void test_bomb(const struct bomb *bomb)
{
	struct buf raw = BUF_INIT(80 * 1024 * 1024);
	clock_t began = clock();
	struct mime_view view;

	buf_addstr(&raw, bomb->start);
	for (size_t i = 0; i < bomb->n; i++)
		buf_addstr(&raw, bomb->unit);
	mime_view_init(&view, buf_slice(&raw), fallback);
	ok(view.cut == bomb->is_cut && charset_is_utf8(buf_slice(&view.text)) &&
		   view.text.len <= MIME_TEXT_MAX &&
		   view.n_attachments <= MIME_PARTS_MAX,
	   bomb->name);
	ok(clock() - began < 60 * CLOCKS_PER_SEC, "in time");
	mime_view_release(&view);
	buf_release(&raw);
}

static void test_bombs(void)
{
	static const struct bomb bombs[] = {
		{"B8 B19: nested multiparts",
		 "Content-Type: multipart/mixed; boundary=b\n\n",
		 "--b\nContent-Type: multipart/mixed; boundary=b\n\n", 20000,
		 true},
		{"nested messages", "", "Content-Type: message/rfc822\n\n",
		 20000, true},
		{"200,000 parts",
		 "Content-Type: multipart/mixed; boundary=b\n\n", "--b\n\nx\n",
		 200000, true},
		{"1,500 attachments",
		 "Content-Type: multipart/mixed; boundary=b\n\n",
		 "--b\nContent-Type: a/b; name=c\n\nx\n", 1500, true},
		{"B8: a long boundary",
		 "Content-Type: multipart/mixed; boundary=b", "bbbbbbbbbb",
		 100000, false},
		{"300,000 parameters", "Content-Type: text/plain", "; a=b",
		 300000, false},
		{"B9: 100,000 segments", "Content-Disposition: attachment",
		 "; filename*1*=%41", 100000, false},
		{"B7: groups in an inner message",
		 "Content-Type: message/rfc822\n\nTo: ", "a:;", 300000, true},
		{"fields in an inner message",
		 "Content-Type: message/rfc822\n\n", "A: b\n", 300000, true},
		{"6 MB of text", "A: b\n\n", "\xe4\xbd\xa0\n", 1500000, true},
		{"8-bit text", "Content-Type: text/plain; charset=big5\n\n",
		 "\xff", 300000, false},
		{"tags", "Content-Type: text/html\n\n", "<", 3000000, false},
		{"comments", "Content-Type: text/html\n\n", "<!--", 1000000,
		 false},
		{"scripts", "Content-Type: text/html\n\n", "<script>", 500000,
		 false},
		{"ends of scripts", "Content-Type: text/html\n\n<script>", "</",
		 1500000, false},
		{"entities", "Content-Type: text/html\n\n", "&#", 1500000,
		 false},
		{"70 MB", "A: b\n\n", "0123456789abcdef0123456789abcde\n",
		 2300000, true},
	};

	for (size_t i = 0; i < sizeof(bombs) / sizeof(bombs[0]); i++)
		test_bomb(&bombs[i]);
}

int main(void)
{
	test_messages();
	test_types();
	test_bombs();
	return done_testing();
}
