/* SPDX-License-Identifier: ISC */
#include "../tap.h"
#include "imap/command.h"

static void test_strings(void)
{
	static const struct {
		const char *text, *none, *brief, *all;
	} cases[] = {
		{"INBOX", " \"INBOX\"", " \"INBOX\"", " \"INBOX\""},
		{"", " \"\"", " \"\"", " \"\""},
		{"a \"b\\", " \"a \\\"b\\\\\"", " \"a \\\"b\\\\\"",
		 " \"a \\\"b\\\\\""},
		{"\xc3\xa4", " \"\xc3\xa4\"", " {2+}\r\n\xc3\xa4",
		 " {2+}\r\n\xc3\xa4"},
		{"a\r\nb", NULL, " {4+}\r\na\r\nb", " {4+}\r\na\r\nb"},
	};
	struct buf out = BUF_INIT(COMMANDS_MAX);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *const want[] = {cases[i].none, cases[i].brief,
					    cases[i].all};

		for (unsigned k = 0; k < 3; k++) {
			bool said;

			buf_clear(&out);
			said = command_add_string(&out,
						  slice_str(cases[i].text),
						  (enum literals)k);
			is_str(want[k], said ? out.s : NULL, "a string");
		}
	}
	buf_clear(&out);
	ok(!command_add_string(&out, slice_of("a\0b", 3), LITERALS_ALL) &&
		   out.len == 0,
	   "no NUL is sent");
	buf_release(&out);
}

static void test_long_strings(void)
{
	char text[4097];
	struct buf out = BUF_INIT(COMMANDS_MAX);

	memset(text, 0xe4, sizeof(text));
	(void)command_add_string(&out, slice_of(text, 4096), LITERALS_SHORT);
	ok(out.s[1] == '{', "LITERAL- up to 4,096 bytes");
	buf_clear(&out);
	(void)command_add_string(&out, slice_of(text, 4097), LITERALS_SHORT);
	ok(out.s[1] == '"', "not for more");
	buf_clear(&out);
	(void)command_add_string(&out, slice_of(text, 4097), LITERALS_ALL);
	ok(out.s[1] == '{', "LITERAL+ for more");
	buf_release(&out);
}

static void test_literals(void)
{
	struct capabilities c;

	capability_read(slice_str("IMAP4rev1"), &c);
	is_int(LITERALS_NONE, command_literals(&c), "no literals");
	capability_read(slice_str("IMAP4rev1 LITERAL-"), &c);
	is_int(LITERALS_SHORT, command_literals(&c), "LITERAL-");
	capability_read(slice_str("IMAP4rev1 LITERAL- literal+"), &c);
	is_int(LITERALS_ALL, command_literals(&c), "LITERAL+");
}

static void test_set(const uint32_t *uids, size_t n, const char *want)
{
	struct buf out = BUF_INIT(COMMANDS_MAX);
	struct uid_set set;

	command_start(&out, 12, "UID FETCH");
	uid_set_start(&set, &out, COMMAND_LINE_MAX - 8);
	for (size_t i = 0; i < n; i++)
		ok(uid_set_add(&set, uids[i]), "there is room");
	command_add(&out, "(FLAGS)");
	command_end(&out);
	is_str(want, out.s, "a set");
	buf_release(&out);
}

/* Every second UID: as many as the line takes, and no more. */
static void test_full_set(void)
{
	struct buf out = BUF_INIT(COMMANDS_MAX);
	struct uid_set set;
	uint32_t uid = 4294960000;
	size_t line, n = 0;

	buf_addstr(&out, "P1 NOOP\r\n");
	line = out.len;
	command_start(&out, 2, "UID FETCH");
	uid_set_start(&set, &out, line + COMMAND_LINE_MAX - 8);
	while (uid_set_add(&set, uid)) {
		uid += 2;
		n++;
	}
	command_add(&out, "(BODY)");
	command_end(&out);
	ok(out.len - line <= COMMAND_LINE_MAX, "a line is not too long");
	ok(out.len - line > COMMAND_LINE_MAX - 40 && n > 80,
	   "and has what fits");
	buf_release(&out);
}

int main(void)
{
	test_strings();
	test_long_strings();
	test_literals();
	test_set((uint32_t[]){1}, 1, "P12 UID FETCH 1 (FLAGS)\r\n");
	test_set((uint32_t[]){1, 2, 3, 5, 7, 8}, 6,
		 "P12 UID FETCH 1:3,5,7:8 (FLAGS)\r\n");
	test_set((uint32_t[]){9, 4294967294, 4294967295}, 3,
		 "P12 UID FETCH 9,4294967294:4294967295 (FLAGS)\r\n");
	test_full_set();
	return done_testing();
}
