/* SPDX-License-Identifier: ISC */
#include "../tap.h"
#include "mail/mime_uu.h"

static const struct {
	const char *name, *text;
	const char *want; /* "before|name|data|after", or "none" */
} examples[] = {
	{"a file", "hello\nbegin 644 a.txt\n#86)C\n`\nend\nbye\n",
	 "hello\n|a.txt|abc|bye\n"},
	{"lines that end in CRLF", "begin 644 a b\r\n#86)C\r\n`\r\nend\r\n",
	 "|a b|abc|"},
	{"at the end, without a last line end", "begin 644 a\n#86)C\n`\nend",
	 "|a|abc|"},
	{"the word in a text", "begin again\nend\n", "none"},
	{"no name", "begin 644 \n#86)C\n`\nend\n", "none"},
	{"no mode", "begin a.txt\n#86)C\n`\nend\n", "none"},
	{"no end", "begin 644 a\n#86)C\n`\n", "none"},
	{"no line", "begin 644 a\nend\n", "none"},
	{"a line that is wrong", "begin 644 a\n#86)C and so on\n`\nend\n",
	 "none"},
	{"nothing", "", "none"},
};

int main(void)
{
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct slice rest = slice_str(examples[i].text), before, name;
		struct buf data = BUF_INIT(100), got = BUF_INIT(1000);

		if (uu_next(&rest, &before, &name, &data)) {
			buf_addslice(&got, before);
			buf_addch(&got, '|');
			buf_addslice(&got, name);
			buf_addch(&got, '|');
			buf_addslice(&got, buf_slice(&data));
			buf_addch(&got, '|');
			buf_addslice(&got, rest);
		} else {
			buf_addstr(&got, "none");
		}
		is_str(examples[i].want, got.s, examples[i].name);
		buf_release(&data);
		buf_release(&got);
	}
	return done_testing();
}
