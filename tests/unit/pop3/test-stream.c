/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "../tap.h"
#include "pop3/stream.h"

/* Wire form in, message out, and how many bytes belong to the answer. */
struct example {
	const char *name;
	const char *wire;
	const char *message;
};

static const struct example examples[] = {
	{"an empty message", ".\r\n", ""},
	{"one line", "a\r\n.\r\n", "a\n"},
	{"B4: stuffed dots", "..\r\n...\r\n..a\r\n.\r\n", ".\n..\n.a\n"},
	{"A16: a dot that was not doubled is content", ".a\r\n.\r\n", ".a\n"},
	{"a lone LF stays and ends no line", "a\n.\r\nb\r\n.\r\n", "a\n.\nb\n"},
	{"A14: LF dot CRLF does not end the answer (smuggling)",
	 "a\n.\r\n+OK\r\n.\r\n", "a\n.\n+OK\n"},
	{"a lone CR stays", "a\rb\r\n\r\r\n.\r\n", "a\rb\n\r\n"},
	{"CR CRLF", "a\r\r\n.\r\n", "a\r\n"},
	{"dot CR without LF is no end", ".\rx\r\n.\r\n", ".\rx\n"},
	{"dot CR CR LF is no end", ".\r\r\n.\r\n", ".\r\n"},
	{"dot LF is no end", ".\nx\r\n.\r\n", ".\nx\n"},
};

/* A12: feed in pieces of `step` bytes; returns the bytes taken in all. */
static size_t feed(const char *wire, size_t len, size_t step, char *out,
		   size_t *out_len, bool *done)
{
	struct pop3_stream s;
	size_t at = 0;

	*out_len = 0;
	pop3_stream_init(&s);
	while (at < len && s.state != STREAM_DONE) {
		size_t piece = len - at < step ? len - at : step, n;

		at += pop3_stream_feed(&s, wire + at, piece, out + *out_len,
				       &n);
		*out_len += n;
	}
	*done = s.state == STREAM_DONE;
	return at;
}

static void test_example(const struct example *e)
{
	size_t len = strlen(e->wire);
	char out[256], name[256];

	for (size_t step = 1; step <= len; step++) {
		bool done;
		size_t n, taken = feed(e->wire, len, step, out, &n, &done);

		(void)snprintf(name, sizeof(name), "%s, in pieces of %zu",
			       e->name, step);
		tap_mem(e->message, strlen(e->message), out, n, __FILE__,
			__LINE__, name);
		if (!done || taken != len)
			ok(false, "the end is found, and no byte behind it");
	}
}

static void test_leftover(void)
{
	const char *wire = "a\r\n.\r\n+OK next";
	char out[64];
	size_t n;
	bool done;

	is_int(6, feed(wire, strlen(wire), 64, out, &n, &done),
	       "bytes behind the end are not taken");
	ok(done, "the end is found");
}

static void test_counts(void)
{
	static const struct {
		const char *wire;
		uint64_t octets, doubled, single;
	} cases[] = {
		{".\r\n", 0, 0, 0},
		{"a\r\n\r\n.\r\n", 5, 0, 0},
		{"..\r\n..a\r\n.\r\n", 7, 2, 0},
		{".a\r\n..\r\n.\r\n", 7, 1, 1},
		{".\n\r\n.\rx\r\n.\r\r\n.\r\n", 13, 0, 3},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pop3_stream s;
		char out[64];
		size_t n;

		pop3_stream_init(&s);
		(void)pop3_stream_feed(&s, cases[i].wire, strlen(cases[i].wire),
				       out, &n);
		ok(pop3_stream_octets(&s) == cases[i].octets &&
			   s.doubled == cases[i].doubled &&
			   s.single == cases[i].single,
		   "A16: octets as listed, and dots");
	}
}

static void test_truncated(void)
{
	static const char *const wires[] = {
		"", "a", "a\r", "a\r\n", "a\r\n.", "a\r\n.\r", "a\r\n..\r\n"};

	for (size_t i = 0; i < sizeof(wires) / sizeof(wires[0]); i++) {
		char out[64];
		size_t n;
		bool done;

		(void)feed(wires[i], strlen(wires[i]), 64, out, &n, &done);
		ok(!done, "A11: a broken answer has no end");
	}
}

static void test_bytes(void)
{
	char wire[256 + 5], out[300];
	size_t len = 0, n;
	bool done;

	for (int c = 0; c < 256; c++)
		if (c != '.')
			wire[len++] = (char)c;
	memcpy(wire + len, "\r\n.\r\n", 5);
	(void)feed(wire, len + 5, 7, out, &n, &done);
	ok(done && n == len + 1 && memcmp(out, wire, len) == 0,
	   "B3: all byte values pass, NUL too");
}

int main(void)
{
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)
		test_example(&examples[i]);
	test_leftover();
	test_counts();
	test_truncated();
	test_bytes();
	return done_testing();
}
