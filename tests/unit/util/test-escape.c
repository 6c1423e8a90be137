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
	is_int(1, utf8_columns("я", 2), "a Russian letter is one column wide");
	is_int(1, utf8_columns("…", 3), "an ellipsis is one column wide");
	is_int(2, utf8_columns("発", 3),
	       "a Chinese character is two columns wide");
	is_int(2, utf8_columns("한", 3),
	       "a Korean character is two columns wide");
	is_int(2, utf8_columns("😀", 4), "a picture is two columns wide");
	is_int(0, utf8_columns("\xcc\x81", 2),
	       "a combining accent takes no column");
	is_int(0, utf8_columns("\xe3\x82\x99", 3),
	       "a combining sound mark takes no column");
	is_int(1, utf8_columns("\xff", 0),
	       "an invalid byte is one column wide");
	is_int(4, utf8_fitting("a発票", 4, &used),
	       "half a character does not fit");
	is_int(3, used, "no column is used");
	is_int(7, utf8_fitting("a発票", 9, &used), "all of it fits");
	is_int(5, used, "all its columns are used");
}

int main(void)
{
	test_escape();
	test_columns();
	return done_testing();
}
