/* SPDX-License-Identifier: ISC */
/* Header fields that are set, added and removed; nothing else changes. */
#include <stdlib.h>
#include <time.h>

#include "../edit_holds.h"
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
	 "From x Mon Jan\n\n"},
	{EDIT_REMOVE, "B", "", "BB: 1\nB1: 2\n\n", "BB: 1\nB1: 2\n\n"},
	/* Lines that are no field are removed with the field before them. */
	{EDIT_REMOVE, "B", "", "B: 1\nrubbish\nA: x\n\n", "A: x\n\n"},
	{EDIT_REMOVE, "B", "", "B: 1\nrubbish\n more\n\tB: 2\nA: x\nno\n\n",
	 "A: x\nno\n\n"},
	{EDIT_REMOVE, "B", "", "B: 1\n: 2\nB: 3\n\n", "\n"},
	{EDIT_REMOVE, "B", "", "B: 1\nFrom x\nA: x\n\n", "A: x\n\n"},
	{EDIT_REMOVE, "B", "", " B: 1\nB: 1\nA: x\n\n", " B: 1\nA: x\n\n"},
	{EDIT_SET, "B", "new", "B: 1\nrubbish\nA: x\n\n", "B: new\nA: x\n\n"},
	/* A parameter on a line of its own belongs to its field. */
	{EDIT_REMOVE, "Content-Type", "",
	 "Content-ID: 1\nContent-Type: a/b;\nname=x\n\n", "Content-ID: 1\n\n"},
	{EDIT_REMOVE, "B", "", "Content-Type: a/b;\nB: 1\nname=x\n\n",
	 "Content-Type: a/b;\n\n"},
	/* Behind blanks that end a header comes an empty line. */
	{EDIT_REMOVE, "B", "", "A: 1\nB: 2\n \n", "A: 1\n\n"},
	{EDIT_ADD, "B", "new", "A: 1\r\n\t\r\n",
	 "A: 1\r\n\t\r\nB: new\r\n\r\n"},
	{EDIT_REMOVE, "A", "",
	 "\xef\xbb\xbf"
	 "A: 1\nB: 2\n\n",
	 "B: 2\n\n"},
	/* The end of the header stays as it is. */
	{EDIT_ADD, "B", "new", "A: 1\r\n\n", "A: 1\r\nB: new\r\n\n"},
	{EDIT_ADD, "B", "new", "A: 1\n\r", "A: 1\nB: new\n\r"},
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

static unsigned next_random(unsigned *seed, unsigned n)
{
	*seed = *seed * 1103515245 + 12345;
	return *seed / 65536 % n;
}

struct piece {
	const char *bytes;
	size_t len;
};

#define PIECE(s)                                                               \
	{                                                                      \
		s, sizeof(s) - 1                                               \
	}

/* A message of what headers should not have, and of what they have. */
static void add_hostile(unsigned *seed, struct buf *out)
{
	static const struct piece pieces[] = {
		PIECE("A: 1"),
		PIECE("B: 2"),
		PIECE("b :\t3"),
		PIECE("Subject:"),
		PIECE("rubbish"),
		PIECE(" continued"),
		PIECE("\tA: no"),
		PIECE(" "),
		PIECE("From x Mon Jan"),
		PIECE(">From y"),
		PIECE(":"),
		PIECE("\xef\xbb\xbf"
		      "A: 1"),
		PIECE("A\0: 1"),
		PIECE("B: \0"),
		PIECE("\0"),
		PIECE("a\xff: x"),
		PIECE("\r"),
		PIECE("B:\r\r"),
		PIECE("\xef\xbb\xbf"),
		PIECE("From : x"),
		PIECE("B"),
		PIECE("name=x"),
		PIECE("Content-Type: text/plain;"),
	};
	static const char *const ends[] = {"\n",   "\n", "\n",	 "\r\n",
					   "\r\n", "\r", "\n\n", ""};
	size_t n = next_random(seed, 12);

	while (n-- > 0) {
		const struct piece *piece = &pieces[next_random(
			seed, sizeof(pieces) / sizeof(pieces[0]))];

		buf_add(out, piece->bytes, piece->len);
		if (next_random(seed, 500) == 0)
			for (int i = 0; i < 70000; i++)
				buf_addch(out, 'x');
		buf_addstr(out, ends[next_random(seed, 8)]);
	}
	if (next_random(seed, 2) == 0)
		buf_addstr(out, "\nbody\nB: 1\n\nA: 2\n");
}

static void show_failure(struct slice bytes, const struct edit *edit)
{
	printf("# edit %d of %.*s:\n", (int)edit->kind, (int)edit->name.len,
	       edit->name.p);
	tap_show("message", bytes.p, bytes.len < 500 ? bytes.len : 500);
}

static void test_hostile(void)
{
	static const char *const names[] = {"A", "B", "From", "X-New"};
	unsigned seed = 17;
	size_t bad = 0;

	for (int i = 0; i < 20000; i++) {
		struct buf bytes = BUF_INIT(2 << 20);
		struct edit edit = {
			.kind = (enum edit_kind)next_random(&seed, 3),
			.name = slice_str(names[next_random(&seed, 4)]),
			.value = slice_str("some value")};

		add_hostile(&seed, &bytes);
		if (!edit_holds(buf_slice(&bytes), &edit) && bad++ < 3)
			show_failure(buf_slice(&bytes), &edit);
		buf_release(&bytes);
	}
	is_int(0, bad, "C17: 20000 edits keep all other fields and the body");
}

static bool kept(const char *before, const char *after)
{
	struct slice name = slice_str("B");
	const struct edit_names names = {only_name, &name};

	return edit_kept(slice_str(before), slice_str(after), &names);
}

static void test_kept(void)
{
	ok(kept("A: 1\nB: 2\n\n", "A: 1\n\n"), "a named field may go");
	ok(kept("A: 1\n\n", "B: 2\nA: 1\nB: 3\n\n"), "or come");
	ok(kept("B: 1\n", ""), "all of the bytes, if they are named");
	ok(kept("", "B: 1\n\n"), "a header where none was");
	ok(!kept("A: 1\nB: 2\n\n", "B: 2\n\n"), "others must stay");
	ok(!kept("A: 1\nB: 2\n\n", "A: 3\nB: 2\n\n"), "as they are");
	ok(!kept("A: 1\nC: 2\n\n", "C: 2\nA: 1\n\n"), "and where");
	ok(!kept("A: 1\n\n", "A: 1\nC: 2\n\n"), "and none may come");
	ok(!kept("B: 1\nx\nA: 1\n\n", "x\nA: 1\n\n"), "a header stays one");
	ok(!kept("A: 1\n\n", "A: 1\n"), "and keeps its end");
	ok(!kept("", "B: 1\n"), "or gets one");
	ok(!kept("A: 1\n\n", "A: 1\n\nx\n\n"), "at its end");
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
	test_hostile();
	test_kept();
	test_names();
	return done_testing();
}
