/* SPDX-License-Identifier: ISC */
#include "../tap.h"
#include "util/escape.h"

struct escaped {
	const char *name, *raw;
	size_t len;
	const char *want;
};

static void test_escape(void)
{
	static const struct escaped table[] = {
		{"text stays", "abc äöü 发票 😀", 22, "abc äöü 发票 😀"},
		{"H11: terminal escapes do not", "\033[31m", 5, "\\x1b[31m"},
		{"nor newlines", "a\nb\r", 4, "a\\x0ab\\x0d"},
		{"nor NUL", "a\0b", 3, "a\\x00b"},
		{"nor invalid bytes", "\xff\xc3", 2, "\\xff\\xc3"},
		{"nor overlong forms", "\xc0\xaf", 2, "\\xc0\\xaf"},
		{"nor C1 controls", "\xc2\x9b", 2, "\\xc2\\x9b"},
		{"nor reordering", "\xe2\x80\xae", 3, "\\xe2\\x80\\xae"},
	};
	char out[64];

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		escape_to(out, sizeof(out), table[i].raw, table[i].len);
		is_str(table[i].want, out, table[i].name);
	}
	escape_to(out, 6, "aä\n", 4);
	is_str("aä", out, "cut between characters, never within an escape");
}

static void test_columns(void)
{
	unsigned used;

	is_int(1, utf8_columns("a", 1), "a letter is one column wide");
	is_int(1, utf8_columns("я", 2), "so is a Russian one");
	is_int(1, utf8_columns("…", 3), "and an ellipsis");
	is_int(2, utf8_columns("発", 3), "a Chinese character is two");
	is_int(2, utf8_columns("한", 3), "so is a Korean one");
	is_int(2, utf8_columns("😀", 4), "and a picture");
	is_int(0, utf8_columns("\xcc\x81", 2), "an accent of its own is none");
	is_int(0, utf8_columns("\xe3\x82\x99", 3),
	       "nor is a voiced sound mark");
	is_int(1, utf8_columns("\xff", 0), "what is not UTF-8 is one");
	is_int(4, utf8_fitting("a発票", 4, &used), "a half does not fit");
	is_int(3, used, "and takes nothing");
	is_int(7, utf8_fitting("a発票", 9, &used), "all of it");
	is_int(5, used, "takes what it takes");
}

int main(void)
{
	test_escape();
	test_columns();
	return done_testing();
}
