/* SPDX-License-Identifier: ISC */
#include "../tap.h"
#include "describe.h"
#include "imap/attribute.h"
#include "imap/date.h"
#include "imap/response.h"

#define TRANSCRIPT_MAX (256 * 1024)

#define CLOSED "the server closed the connection\n"

static const struct {
	const char *name, *input, *want;
} examples[] = {
	{"tagged", "P1 OK Done\r\nP22 no [UNAVAILABLE] Later\r\nP3 BAD\r\n",
	 "done 1 OK 0:0[] \"Done\" 0:0:0\n"
	 "done 22 NO 26:0[] \"Later\" 0:0:0\n"
	 "done 3 BAD 0:0[] \"\" 0:0:0\n"},
	{"untagged conditions",
	 "* OK [UIDVALIDITY 3857529045] UIDs\r\n* BYE out\r\n"
	 "* PREAUTH hi\r\n* NO [ALERT] full\r\n",
	 "1 OK 25:3857529045[] \"UIDs\" 0:0:0\n"
	 "1 BYE 0:0[] \"out\" 0:0:0\n"
	 "1 PREAUTH 0:0[] \"hi\" 0:0:0\n"
	 "1 NO 2:0[] \"full\" 0:0:0\n"},
	{"capabilities",
	 "* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN  X\r\n"
	 "P1 OK [CAPABILITY IMAP4rev2 IDLE] in\r\n",
	 "3 OK 0:0[] \"IMAP4rev1 SASL-IR AUTH=PLAIN  X\" 1:11:1\n"
	 "done 1 OK 6:0[IMAP4rev2 IDLE] \"in\" 1:e59d2:0\n"},
	{"a challenge", "+ dGV4dA==\r\n+ \r\n+\r\n",
	 "2 OK 0:0[] \"dGV4dA==\" 0:0:0\n2 OK 0:0[] \"\" 0:0:0\n"
	 "2 OK 0:0[] \"\" 0:0:0\n"},
	{"folders",
	 "* LIST (\\HasNoChildren \\Junk) \"/\" \"a \\\"b\\\"\"\r\n"
	 "* LIST () NIL INBOX\r\n* XLIST (\\Spam \\NoSelect) \"\\\\\" {3}\r\n"
	 "a\"b (X (Y))\r\n* LIST (\\A \".\" b\r\n* LIST () \"/\" \"\"\r\n"
	 "* LIST (a) \".\" x\x01y\r\n* LIST \".\" z\r\n",
	 "folder 'a \"b\"' '/' 80\nfolder 'INBOX' '0' 0\n"
	 "folder 'a\"b' '\\' 81\n12 0\n12 0\nfolder 'x\x01y' '.' 0\n"
	 "folder 'z' '.' 0\n"},
	{"status",
	 "* STATUS \"a b\" (MESSAGES 2 UIDNEXT 5 UIDVALIDITY 7 "
	 "HIGHESTMODSEQ 9223372036854775807 X (y z) UNSEEN 0)\r\n"
	 "* STATUS {1}\r\nb (MESSAGES 9.3736e+06 UIDNEXT 0 "
	 "HIGHESTMODSEQ -1 UIDVALIDITY 4294967296)\r\n",
	 "status 'a b' 1f 2 5 7 0 9223372036854775807\n"
	 "status 'b' 0 0 0 0 0 0\n"},
	{"counts",
	 "* 3 EXISTS\r\n* 0 RECENT\r\n* 2 EXPUNGE\r\n"
	 "* 9.3736e+06 EXISTS\r\n* 4294967296 EXISTS\r\n",
	 "7 3\n8 0\n9 2\n12 0\n12 0\n"},
	{"others",
	 "* FLAGS (\\Seen)\r\n* ID (\"a\" {1}\r\n)\r\n* SEARCH 1 "
	 "2\r\n* VANISHED (EARLIER) 1:4\r\n* \r\n* ()\r\n* 2 "
	 "FETCH\r\n* ENABLED UTF8=ACCEPT\r\n",
	 "12 0\n12 0\nsearch 1 2\n12 0\n12 0\n12 0\n12 2\n"
	 "4 OK 0:0[] \"UTF8=ACCEPT\" 0:0:0\n"},
	{"a message",
	 "* 12 FETCH (UID 5 FLAGS (\\Seen $Junk \\X \\DRAFT) "
	 "INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" "
	 "RFC822.SIZE 44 X-GM-MSGID 18446744073709551615 "
	 "EMAILID (M6d) BODY[] {4}\r\na\r\n))\r\nP1 OK\r\n",
	 "fetch 12\n  uid 5 ''\n  flags 14 '$Junk '\n  date 837596665 ''\n"
	 "  size 44 ''\n  gm 18446744073709551615 ''\n  id 'M6d'\n"
	 "  body 'a\r\n)'\ndone 1 OK 0:0[] \"\" 0:0:0\n"},
	{"bodies of all shapes",
	 "* 1 FETCH (BODY[] NIL BODY[] \"\" BODY[HEADER] \"a\" BODY[]{1}\r\n"
	 "b BODY[] ((x) y) BODY[HEADER] {0}\r\n)\r\n",
	 "fetch 1\n  body nil ''\n  body ''\n  header 'a'\n  body 'b'\n"
	 "  body nil ''\n  header ''\n"},
	{"items that are skipped",
	 "* 1 FETCH (MODSEQ (-1) X \"(\" Y {1}\r\n( Z ((a) b (c)) UID 0 "
	 "UID -1 RFC822.SIZE 9.3e+06 INTERNALDATE NIL FLAGS NIL EMAILID NIL "
	 "BODY (\"text\" \"plain\" (\"charset\" \"x\") NIL) "
	 "BODY[HEADER.FIELDS (A B)] {2}\r\nab ENVELOPE NIL UID 9)\r\n",
	 "fetch 1\n  uid 9 ''\n"},
	{"parentheses that are missing, or too many",
	 "* 1 FETCH (UID 3\r\n* 2 FETCH (UID 4)) x\r\n* 3 FETCH (UID (5) "
	 "UID)\r\n* 4 FETCH (FLAGS (\\Seen\r\n",
	 "fetch 1\n  uid 3 ''\nfetch 2\n  uid 4 ''\nfetch 3\nfetch 4\n"
	 "  flags 10 ''\n"},
};

static void test_examples(void)
{
	struct buf got = BUF_INIT(TRANSCRIPT_MAX);
	struct buf want = BUF_INIT(TRANSCRIPT_MAX);

	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct slice input = slice_str(examples[i].input);
		bool same = true;

		buf_clear(&want);
		buf_addf(&want, "%s" CLOSED, examples[i].want);
		describe_all(input, input.len, &got);
		is_str(want.s, got.s, examples[i].name);
		for (size_t step = 0; step < input.len; step++) {
			describe_all(input, step, &got);
			same &= strcmp(want.s, got.s) == 0;
		}
		ok(same, "the same in pieces of any size");
	}
	buf_release(&want);
	buf_release(&got);
}

static const struct {
	const char *name, *input, *error;
} broken[] = {
	{"a tag that is not ours", "Q1 OK\r\n", "\"Q1…\""},
	{"a tag without a number", "P OK\r\n", "\"P…\""},
	{"a status that is none", "P1 YES\r\n", "\"YES…\""},
	{"an untagged status with a tag", "P1 BYE\r\n", "\"BYE…\""},
	{"another protocol", "220 example.org ESMTP\r\n", "\"220…\""},
	{"a string", "\"*\" OK\r\n", "no answer of IMAP"},
	{"a literal that nobody asked for", "* X {1048577}\r\n",
	 "1048577 bytes that were not asked for"},
};

static void test_broken(void)
{
	struct buf got = BUF_INIT(TRANSCRIPT_MAX);

	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		describe_all(slice_str(broken[i].input), 0, &got);
		ok(strstr(got.s, broken[i].error) != NULL, broken[i].name);
	}
	buf_release(&got);
}

static void test_many_literals(void)
{
	const size_t size = 700000;
	struct buf input = BUF_INIT(2000000);
	struct buf got = BUF_INIT(TRANSCRIPT_MAX);

	buf_addstr(&input, "* X");
	for (int i = 0; i < 2; i++) {
		buf_addf(&input, " {%zu}\r\n", size);
		if (buf_reserve(&input, size))
			memset(input.s + input.len, ')', size);
		input.len += size;
		buf_terminate(&input);
	}
	buf_addstr(&input, "\r\n");
	describe_all(buf_slice(&input), 65536, &got);
	ok(strstr(got.s, "700000 bytes that were not asked for") != NULL,
	   "many literals in a line that nobody asked for");
	buf_release(&input);
	buf_release(&got);
}

static void test_codes(void)
{
	static const struct {
		const char *text;
		enum code_kind kind;
		uint64_t number;
		const char *words;
	} cases[] = {
		{"", CODE_NONE, 0, ""},
		{" ", CODE_NONE, 0, ""},
		{"X-FOO 1", CODE_UNKNOWN, 0, "1"},
		{"uidnext 4294967295", CODE_UIDNEXT, 4294967295, ""},
		{"UIDNEXT 0", CODE_UNKNOWN, 0, ""},
		{"UIDNEXT 4294967296", CODE_UNKNOWN, 0, ""},
		{"UIDNEXT", CODE_UNKNOWN, 0, ""},
		{"HIGHESTMODSEQ 0", CODE_HIGHESTMODSEQ, 0, ""},
		{"HIGHESTMODSEQ -1", CODE_UNKNOWN, 0, ""},
		{"COPYUID 3  1:2 3:4 ", CODE_COPYUID, 3, "1:2 3:4"},
		{"APPENDUID 3 955", CODE_APPENDUID, 3, "955"},
		{"PERMANENTFLAGS (\\*)", CODE_PERMANENTFLAGS, 0, "(\\*)"},
		{"READ-ONLY", CODE_READ_ONLY, 0, ""},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct code code = code_read(slice_str(cases[i].text));

		ok(code.kind == cases[i].kind && code.number == cases[i].number,
		   cases[i].text);
		is_slice(cases[i].words, code.words, "its words");
	}
}

static void test_dates(void)
{
	static const struct {
		const char *text;
		int64_t time; /* -1: it is none */
	} cases[] = {
		{"01-Jan-1970 00:00:00 +0000", 0},
		{" 1-jan-1970 00:00:01 +0000", 1},
		{"29-Feb-2000 23:59:59 +0130", 951863399},
		{"31-Dec-9999 23:59:60 +0000", 253402300800},
		{"01-Mar-1900 00:00:00 +0000", -2203891200},
		{"01-Jan-1970 00:00:00", -1},
		{"01-Jan-1970 00:00:00 GMT", -1},
		{"01-Foo-1970 00:00:00 +0000", -1},
		{"01-Jan-0070 00:00:00 +0000", -1},
		{"32-Jan-1970 00:00:00 +0000", -1},
		{"01-Jan-1970 24:00:00 +0000", -1},
		{"01-Jan-1970 00:00:00 +0060", -1},
		{"01-Jan-1970", -1},
		{"", -1},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t time = -1;

		if (!imap_date(slice_str(cases[i].text), &time))
			time = -1;
		is_int(cases[i].time, time, cases[i].text);
	}
}

int main(void)
{
	test_examples();
	test_broken();
	test_many_literals();
	test_codes();
	test_dates();
	return done_testing();
}
