/* SPDX-License-Identifier: ISC */
/* Header fields that are set, added and removed; nothing else changes. */
#include <stdlib.h>
#include <time.h>

#include "../tap.h"
#include "mail/edit.h"
#include "mail/message.h"
#include "mail/words.h"
#include "util/xalloc.h"

struct example {
	enum edit_kind kind;
	const char *name, *value, *before, *after;
};

static const struct example examples[] = {
	{EDIT_SET, "B", "new", "A: 1\nB: 2\nC: 3\n\n",
	 "A: 1\nB: new\nC: 3\n\n"},
	{EDIT_SET, "b", "new", "B: 1\nA: 2\nB: 3\n\t4\nC: 5\n\n",
	 "b: new\nA: 2\nC: 5\n\n"},
	{EDIT_SET, "B", "new", "A: 1\n\n", "A: 1\nB: new\n\n"},
	{EDIT_SET, "B", "new", "A: 1\r\nB : 1\r\n 2\r\n\r\n",
	 "A: 1\r\nB: new\r\n\r\n"},
	{EDIT_ADD, "B", "new", "B: 1\n\n", "B: 1\nB: new\n\n"},
	{EDIT_ADD, "B", "new", "", "B: new\n\n"},
	{EDIT_ADD, "B", "new", "\n", "B: new\n\n"},
	{EDIT_ADD, "B", "new", "\r\n", "B: new\r\n\r\n"},
	{EDIT_ADD, "B", "new", "A: 1\n", "A: 1\nB: new\n"},
	{EDIT_ADD, "B", "new", "A: 1", "A: 1\nB: new\n"},
	{EDIT_ADD, "B", "", "A: 1\n\n", "A: 1\nB:\n\n"},
	{EDIT_REMOVE, "B", "", "B: 1\n 2\nA: x\nb:3\n\n", "A: x\n\n"},
	{EDIT_REMOVE, "B", "", "A: 1\n B: 2\n\n", "A: 1\n B: 2\n\n"},
	{EDIT_REMOVE, "B", "", "", ""},
	{EDIT_REMOVE, "From", "", "From x Mon Jan\nFrom: x\nrubbish\n\n",
	 "From x Mon Jan\nrubbish\n\n"},
	{EDIT_REMOVE, "B", "", "BB: 1\nB1: 2\n\n", "BB: 1\nB1: 2\n\n"},
	/* A value cannot add a field. */
	{EDIT_ADD, "B", "x\r\nEvil: y\n\nbody", "", "B: x  Evil: y  body\n\n"},
	{EDIT_ADD, "B", "=?utf-8?q?x?=", "",
	 "B: =?utf-8?B?PT91dGYtOD9xP3g/PQ==?=\n\n"},
	{EDIT_ADD, "B", "发票", "", "B: =?utf-8?B?5Y+R56Wo?=\n\n"},
};

static void test_examples(void)
{
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		const struct example *x = &examples[i];
		const struct edit edit = {x->kind, slice_str(x->name),
					  slice_str(x->value)};
		struct buf out = BUF_INIT(10000);
		char name[32];

		(void)snprintf(name, sizeof(name), "example %zu", i + 1);
		edit_header(slice_str(x->before), &edit, &out);
		is_str(x->after, out.s, name);
		buf_release(&out);
	}
}

/* The length of the longest line, without its end. */
static size_t longest(struct slice s)
{
	struct slice line;
	size_t most = 0;

	while (slice_split(&s, '\n', &line))
		most = line.len > most ? line.len : most;
	return most;
}

/* Reading a field gives the text that was written. */
static bool comes_back(const char *text, size_t *longest_out)
{
	struct edit edit = {EDIT_ADD, slice_str("X-Text"), slice_str(text)};
	struct buf out = BUF_INIT(100000);
	struct message m;
	struct slice got;
	bool same;

	edit_header(slice_str("A: b\n\n"), &edit, &out);
	message_init(&m, buf_slice(&out), NULL);
	got = message_first(&m, "X-Text");
	same = m.n_fields == 2 && slice_equal(got, slice_str(text));
	if (!same)
		printf("# \"%s\" became \"%.*s\"\n", text, (int)got.len, got.p);
	*longest_out = longest(buf_slice(&out));
	message_release(&m);
	buf_release(&out);
	return same;
}

static void test_round_trip(void)
{
	static const char *const parts[] = {
		"a",  "word", "发票", "é",  "=?",
		"?=", ":",    "\\",   "\"", "<x@y>",
		"😀",  "=",    "_",    "长", "long-word-without-any-blank",
		","};
	unsigned seed = 1;
	size_t bad = 0, wide = 0;

	for (int i = 0; i < 3000; i++) {
		struct buf text = BUF_INIT(4096);
		size_t width = 0;

		for (unsigned n = seed % 40 + 1; n > 0; n--) {
			seed = seed * 1103515245 + 12345;
			buf_addstr(&text, parts[seed / 65536 % 16]);
			if (seed / 1048576 % 3 == 0 && n > 1)
				buf_addstr(&text, " ");
		}
		bad += !comes_back(text.s, &width);
		wide += width > 998;
		buf_release(&text);
	}
	is_int(0, bad, "3000 texts come back");
	is_int(0, wide, "no line is longer than may be");
}

static void test_long(void)
{
	struct buf text = BUF_INIT(10000);
	size_t width = 0;

	for (int i = 0; i < 300; i++)
		buf_addstr(&text, "文字");
	ok(comes_back(text.s, &width), "600 Chinese characters come back");
	ok(width <= 78, "in lines of 78");
	buf_clear(&text);
	for (int i = 0; i < 300; i++)
		buf_addf(&text, "%sword", i ? " " : "");
	ok(comes_back(text.s, &width), "300 words come back");
	ok(width <= 78, "in lines of 78");
	buf_clear(&text);
	for (int i = 0; i < 2000; i++)
		buf_addch(&text, 'x');
	ok(comes_back(text.s, &width), "2000 letters without a blank, too");
	ok(width <= 998, "in lines that may be");
	ok(comes_back("a \xef\xbf\xbd", &width), "U+FFFD is a character");
	buf_release(&text);
}

/* Milliseconds to edit half of n fields. */
static clock_t edit_many(int n)
{
	struct buf header = BUF_INIT(4 << 20), out = BUF_INIT(4 << 20);
	const struct edit edit = {EDIT_SET, slice_str("B"), slice_str("x")};
	clock_t begin;

	for (int i = 0; i < n; i++)
		buf_addstr(&header, i % 2 ? "B: 12345\n" : "A: 12345\n");
	buf_addstr(&header, "\n");
	begin = clock();
	edit_header(buf_slice(&header), &edit, &out);
	begin = clock() - begin;
	is_int(n / 2 * 9 + 6, out.len, "all but one are gone");
	buf_release(&header);
	buf_release(&out);
	return begin;
}

/* Quadratic work would take a hundred times as long. */
static void test_size(void)
{
	clock_t most = 40 * edit_many(10000) + CLOCKS_PER_SEC;

	ok(edit_many(100000) < most, "ten times the fields: linear");
}

static void test_names(void)
{
	struct error err = ERROR_INIT;

	is_int(0, edit_check_name("X-Label", &err), "a name");
	is_int(-1, edit_check_name("", &err), "no name");
	is_int(-1, edit_check_name("X Label", &err), "with a blank");
	is_int(-1, edit_check_name("X:", &err), "with a colon");
	is_int(-1, edit_check_name("X\n", &err), "with a line end");
	is_int(-1, edit_check_name("发", &err), "not ASCII");
}

int main(void)
{
	test_examples();
	test_round_trip();
	test_long();
	test_size();
	test_names();
	return done_testing();
}
