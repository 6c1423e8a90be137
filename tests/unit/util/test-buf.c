/* SPDX-License-Identifier: ISC */
#include "../tap.h"
#include "util/buf.h"

static void test_buf(void)
{
	struct buf b = BUF_INIT(10);

	buf_addstr(&b, "12345");
	buf_addf(&b, "%d", 678);
	is_str("12345678", b.s, "appended");
	buf_addstr(&b, "9abc");
	ok(b.full && b.len == 8, "what does not fit is dropped whole");
	buf_consume(&b, 3);
	is_str("45678", b.s, "consumed at the front");
	buf_clear(&b);
	ok(!b.full && b.len == 0, "cleared");
	buf_add(&b, "a\0b", 3);
	is_int(3, b.len, "NULs are bytes like others");
	buf_release(&b);
	is_str("", b.s, "released: empty and usable");
}

struct number {
	const char *text;
	unsigned long long max;
	long long value; /* -1: refused */
};

static void test_numbers(void)
{
	static const struct number numbers[] = {
		{"0", 9, 0},
		{"7", 9, 7},
		{"007", 9, 7},
		{"10", 9, -1},
		{"", 9, -1},
		{"-1", 9, -1},
		{"+1", 9, -1},
		{" 1", 9, -1},
		{"1 ", 9, -1},
		{"0x1", 9, -1},
		{"1e1", 99, -1},
		{"4294967297", 4294967296ULL, -1},
		{"99999999999999999999999", ~0ULL, -1},
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		unsigned long long value = 0;
		bool good = slice_number(slice_str(numbers[i].text),
					 numbers[i].max, &value);

		is_int(numbers[i].value, good ? (long long)value : -1,
		       numbers[i].text);
	}
}

int main(void)
{
	test_buf();
	test_numbers();
	return done_testing();
}
