/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../tap.h"
#include "mail/mailing_list.h"
#include "mail/message.h"
#include "util/xalloc.h"

static const char *const fallback[] = {"GB18030", "CP1252", NULL};

/* Fields are written as "name=text" with "|" between, then "#" and the body. */
static const struct {
	const char *name;
	const char *raw;
	const char *want;
} cases[] = {
	{"plain", "A: b\nC: d\n\nbody\n", "A=b|C=d#body\n"},
	{"CRLF", "A: b\r\nC: d\r\n\r\nbody\r\n", "A=b|C=d#body\r\n"},
	{"empty", "", "#"},
	{"only an empty line", "\n", "#"},
	{"only a header", "A: b", "A=b#"},
	{"only a header, CRLF", "A: b\r\n", "A=b#"},
	{"no header", "\nA: b\n", "#A: b\n"},
	{"all body", "Hello there\nA: b\n\nx", "#Hello there\nA: b\n\nx"},
	{"mbox line", "From bob Mon Jan  1 00:00:00 2024\nA: b\n\nx", "A=b#x"},
	{"quoted mbox line", ">From bob Mon Jan  1 00:00:00 2024\nA: b\n\nx",
	 "A=b#x"},
	{"a blank line first", "  \nA: b\n\nx", "A=b#x"},
	{"rubbish in the middle", "A: b\nrubbish\n more\nC: d\n\nx",
	 "A=b|C=d#x"},
	{"folded", "A: b\n c\n\td\nC: d\n\n", "A=b c d|C=d#"},
	{"folded, CRLF", "A: b\r\n c\r\n\r\n", "A=b c#"},
	{"value on the next line", "A:\n b\n\n", "A=b#"},
	{"a line of blanks goes on", "A: b\n \n c\n\nx", "A=b c#x"},
	{"a line of blanks before text", "A: b\n \nHello you\n\nx",
	 "A=b#Hello you\n\nx"},
	{"two of them, CRLF", "A: b\r\n\t\r\n \r\nHello you\r\nyours",
	 "A=b# \r\nHello you\r\nyours"},
	{"lines of blanks in a body", "A: b\n \nx y\n \nC: d\nz\n",
	 "A=b#x y\n \nC: d\nz\n"},
	{"a byte order mark",
	 "\xef\xbb\xbf"
	 "A: b\n\nx",
	 "A=b#x"},
	{"a byte order mark and text", "\xef\xbb\xbfHello there\n",
	 "#\xef\xbb\xbfHello there\n"},
	{"a parameter that lost its blank",
	 "Content-Type: a/b;\nname=\"c:d\"\nC: d\n\nx",
	 "Content-Type=a/b; name=\"c:d\"|C=d#x"},
	{"and its semicolon stands before it",
	 "Content-Type: a/b\n; name=c\nC: d\n\nx",
	 "Content-Type=a/b ; name=c|C=d#x"},
	{"no parameter", "Subject: a\nb=c\n\nx", "Subject=a#x"},
	{"blanks before the colon", "A \t: b\n\n", "A=b#"},
	{"no name", "A: b\n: c\n\n", "A=b#"},
	{"8-bit name", "A: b\n\xc3\xa4: c\n\n", "A=b#"},
	{"empty value", "A:\nB: \n\n", "A=|B=#"},
	{"colons in the value", "A: b: c\n\n", "A=b: c#"},
	{"lone CR", "A: b\rC: d\n\n", "A=b C: d#"},
	{"words", "Subject: =?utf-8?q?gr=C3=BC=C3=9F?=\n\n", "Subject=grüß#"},
	{"B12: no new line", "Subject: =?utf-8?q?a=0ABcc:_x?=\n\n",
	 "Subject=a Bcc: x#"},
	{"raw GBK", "Subject: \xc4\xe3\xba\xc3\n\n", "Subject=你好#"},
	{"trimmed", "Subject:  =?utf-8?q?_a_?=  \n\n", "Subject=a#"},
	{"quotes in a subject", "Subject: \"a\"\n\n", "Subject=\"a\"#"},
	{"quotes in From", "From: \"Doe, \\\"J\\\"\" <j@x>\n\n",
	 "From=Doe, \"J\" <j@x>#"},
	{"quotes in the address", "From: <\"a b\"@x>, \"c d\"@y\n\n",
	 "From=<\"a b\"@x>, \"c d\"@y#"},
	{"words in quotes", "resent-to: \"=?utf-8?q?J=C3=BC?=\" <j@x>\n\n",
	 "resent-to=Jü <j@x>#"},
	{"a stray quote", "To: \"Bob <b@x>\n\n", "To=\"Bob <b@x>#"},
};

static const struct {
	const char *id;
	const char *want;
} lists[] = {
	{"List-Id: Notmuch <notmuch.notmuchmail.org>", "notmuch"},
	{"List-Id: <a-b.example.org>", "a-b"},
	{"list-id: plain.example.org", "plain"},
	{"List-Id: \"<fake.x>\" <real.example.org>", "real"},
	{"List-Id: =?utf-8?q?<fake.x>?= <real.example.org>", "real"},
	{"List-Id: <nodot>", "nodot"},
	{"List-Id: <../../../etc/cron.d/x>", NULL},
	{"List-Id: <>", NULL},
	{"List-Id: <", NULL},
	{"List-Id:", NULL},
	{"Subject: x", NULL},
};

static void describe(struct message *m, struct buf *out)
{
	for (size_t i = 0; i < m->n_fields; i++) {
		if (i > 0)
			buf_addch(out, '|');
		buf_addslice(out, m->fields[i].name);
		buf_addch(out, '=');
		buf_addslice(out, message_text(m, i));
	}
	buf_addch(out, '#');
	buf_addslice(out, m->body);
}

static void test_cases(void)
{
	struct buf out = BUF_INIT(4096);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct slice raw = slice_str(cases[i].raw);
		struct message m;

		buf_clear(&out);
		message_init(&m, raw, fallback);
		describe(&m, &out);
		is_slice(cases[i].want, buf_slice(&out), cases[i].name);
		ok(m.header.p == raw.p && !m.cut &&
			   m.header.len + m.body.len == raw.len,
		   "header and body are all of it");
		message_release(&m);
	}
	buf_release(&out);
}

static void test_lists(void)
{
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct message m;
		struct slice list;

		message_init(&m, slice_str(lists[i].id), fallback);
		list = mailing_list_name(&m);
		is_slice(lists[i].want, list, lists[i].id);
		message_release(&m);
	}
}

static void test_lookup(void)
{
	struct message m;
	size_t at = 0, i = 99;

	message_init(&m, slice_str("A: 1\nB: 2\na: 3\n\n"), NULL);
	ok(message_next(&m, "a", &at, &i) && i == 0 && at == 1, "the first");
	ok(message_next(&m, "A", &at, &i) && i == 2 && at == 3, "the second");
	ok(!message_next(&m, "A", &at, &i) && i == 2, "no third");
	at = 1;
	ok(message_next(&m, NULL, &at, &i) && i == 1, "any");
	is_slice("1", message_first(&m, "A"), "message_first");
	ok(message_first(&m, "A").p == message_first(&m, "A").p,
	   "decoded once");
	ok(message_first(&m, "Z").p == NULL, "absent");
	message_release(&m);
	message_release(&m);
	message_init(&m, slice_of(NULL, 0), NULL);
	is_int(0, m.n_fields, "no bytes at all");
	message_release(&m);
	message_init(&m, slice_of("A: x\0y\n\n\0", 9), NULL);
	is_slice("x y", message_first(&m, "A"), "NUL in a value");
	is_int(1, m.body.len, "NUL in the body");
	message_release(&m);
}

static void test_hostile(const char *name, const char *start, const char *unit,
			 size_t n, bool is_cut)
{
	struct buf raw = BUF_INIT(32 * 1024 * 1024);
	clock_t began = clock();
	struct message m;

	buf_addstr(&raw, start);
	for (size_t i = 0; i < n; i++)
		buf_addstr(&raw, unit);
	buf_addstr(&raw, "\n\nbody");
	message_init(&m, buf_slice(&raw), fallback);
	for (size_t i = 0; i < m.n_fields; i++)
		(void)message_text(&m, i);
	is_slice("body", m.body, name);
	ok(m.n_fields <= MESSAGE_FIELDS_MAX && m.cut == is_cut, "the caps");
	ok(clock() - began < 20 * CLOCKS_PER_SEC, "in time");
	message_release(&m);
	buf_release(&raw);
}

/* Raw 8-bit fields, by the charset of the text. */
static void test_charsets(void)
{

	static const struct {
		const char *mail, *want;
	} mails[] = {
		{"Subject: \xd1\xf7\xe5\xf2 \xed\xe0\nContent-Type: text/plain; "
		 "charset=windows-1251\n\n",
		 "Счет на"},
		{"Subject: R\xfc"
		 "ckgabe Gr\xf6\xdf"
		 "e\nContent-Type: text/plain; charset=\"iso-8859-1\"\n\n",
		 "Rückgabe Größe"},
		{"Subject: \xb9\x71\xa4\x6c\xb5\x6f\xb2\xbc\nContent-Type: "
		 "text/plain; charset=big5\n\n",
		 "電子發票"},
		{"Subject: \xd1\xf7\xe5\xf2\nContent-Type: multipart/mixed; "
		 "boundary=b\n\n--b\nContent-Type: text/html; "
		 "charset=windows-1251\n",
		 "Счет"},
		{"Subject: \xc4\xe3\xba\xc3\xa1\xa3\nContent-Type: text/plain; "
		 "charset=iso-8859-1\n\n",
		 "你好。"},
		{"Subject: M\xfcller\nContent-Type: text/plain; "
		 "charset=windows-1251\n\n",
		 "Müller"},
		{"Subject: gr\xc3\xbcn\nContent-Type: text/plain; "
		 "charset=windows-1251\n\n",
		 "grün"},
		{"Subject: \x8a\x77\x90\xb6\nContent-Type: text/plain; "
		 "charset=iso-2022-jp\n\n",
		 "学生"},
		{"Subject: \xc4\xe3\xba\xc3\nContent-Type: text/plain; "
		 "charset=utf-8\n\n",
		 "你好"},
		{"From: =?utf-8?q?x?= =?KOI8-R*ru?q?=F0?= <a@b>\n"
		 "Subject: \xf0\xd2\xc9\xd7\xc5\xd4\n\n",
		 "Привет"},
		{"Subject: \xc4\xe3\xba\xc3\nContent-Type: text/plain; "
		 "charset=x-no\n\n",
		 "你好"},
	};

	for (size_t i = 0; i < sizeof(mails) / sizeof(mails[0]); i++) {
		struct message m;

		message_init(&m, slice_str(mails[i].mail), fallback);
		is_slice(mails[i].want, message_first(&m, "Subject"),
			 mails[i].want);
		message_release(&m);
	}
}

int main(void)
{
	test_cases();
	test_lists();
	test_lookup();
	test_hostile("B6: 300,000 folds", "A: b", "\n c", 300000, true);
	test_hostile("empty folds", "A: b", "\n ", 500000, true);
	test_hostile("200,000 fields", "A: b", "\nA: b", 200000, true);
	test_hostile("B6: a line of 10 MB", "A: b", "bbbbbbbbbb", 1048576,
		     true);
	test_hostile("100,000 words", "A: b", " =?gbk?q?=C4=E3?=", 100000,
		     true);
	test_hostile("words below the cap", "A: b", " =?gbk?q?=C4=E3?=", 15000,
		     false);
	test_hostile("a header of 20 MB", "A: b", "\nA: bbbbbbbbbbbbbbbbbbbbbb",
		     800000, true);
	test_hostile("rubbish", "A: b", "\nrubbish", 500000, false);
	test_hostile("quotes", "From: b", "\"", 200000, false);
	test_hostile("escaped quotes", "From: b", "\"\\", 100000, false);
	test_charsets();
	return done_testing();
}
