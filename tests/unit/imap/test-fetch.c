/* SPDX-License-Identifier: ISC */
#include "../tap.h"
#include "fetching.h"
#include "imap/fetch.h"

#define TRANSCRIPT_MAX (1024 * 1024)

#define WRONG_LENGTH                                                           \
	"error: the server's answers do not fit the commands: a message has "  \
	"not the length that it says; session given up (3)\n"
#define CLOSED "error: the server closed the connection"

static const struct imap_wanted three[] = {{3, 10}, {4, 10}, {5, 0}};

/* The answers to P1 UID FETCH 3:5. */
static const struct {
	const char *name, *input, *want;
} examples[] = {
	{"in their order, with an expunged one",
	 "* 1 FETCH (UID 3 FLAGS (\\Seen $a b) INTERNALDATE \"01-Jan-1970 "
	 "00:00:09 +0000\" BODY[] {6}\r\na\r\nb\r\n)\r\n"
	 "* 3 FETCH (FLAGS () UID 5 BODY[] \"quoted\")\r\nP1 OK\r\n",
	 "3 fetched '' 4 6 10 at 9 ($a b ) <a\nb\n>\n"
	 "5 fetched '' 6 6 0 () <quoted>\n4 gone ''\n"},
	{"in any order, the UID behind the body, lone CR and LF",
	 "* 3 FETCH (BODY[] {0}\r\n UID 5)\r\n* 9 EXISTS\r\n"
	 "* 1 FETCH (BODY[] {5}\r\na\rb\n\r UID 3 X (y))\r\n"
	 "* 2 FETCH (UID 4 BODY[]{2}\r\n\r\n)\r\nP1 OK done\r\n",
	 "5 fetched '' 0 0 0 () <>\n3 fetched '' 5 5 0 () <a\rb\n\r>\n"
	 "4 fetched '' 1 2 0 () <\n>\n"},
	{"without a body, with NIL; news of flags",
	 "* 1 FETCH (UID 3 FLAGS ())\r\n* 2 FETCH (UID 4 BODY[] NIL)\r\n"
	 "* 1 FETCH (FLAGS (\\Seen))\r\n* 9 FETCH (UID 99 FLAGS ())\r\n"
	 "* 3 FETCH (UID 5 FLAGS (\\Deleted))\r\n"
	 "* 3 FETCH (UID 5 BODY[] {1}\r\nx)\r\nP1 OK\r\n",
	 "5 fetched '' 1 1 0 () <x>\n3 refused 'the server sent no body'\n"
	 "4 refused 'the server sent no body'\n"},
	{"a message of somebody else, without a UID, and twice",
	 "* 8 FETCH (UID 8 BODY[] {1}\r\nx)\r\n* 3 FETCH (BODY[] {1}\r\ny)\r\n"
	 "* 9 FETCH (BODY[] {1}\r\nz UID 9)\r\n"
	 "* 3 FETCH (UID 3 BODY[] {1}\r\na BODY[] {1}\r\nb)\r\n"
	 "* 3 FETCH (UID 3 BODY[] {1}\r\nc)\r\nP1 OK\r\n",
	 "3 fetched '' 1 1 0 () <a>\n4 gone ''\n5 gone ''\n"},
	{"refused: one by one, and one of them again",
	 "* 1 FETCH (UID 3 BODY[] {1}\r\na)\r\n"
	 "P1 NO [UNAVAILABLE] Server error\r\n"
	 "P2 NO [UNAVAILABLE] message 4\r\n"
	 "* 3 FETCH (UID 5 BODY[] {1}\r\nb)\r\nP3 OK\r\n",
	 "3 fetched '' 1 1 0 () <a>\n4 refused 'message 4'\n"
	 "5 fetched '' 1 1 0 () <b>\n"},
	{"BAD, in another order, without a text",
	 "P1 BAD what\r\nP4 NO\r\nP2 OK\r\n* 3 FETCH (UID 4 BODY[] "
	 "{1}\r\nb)\r\nP3 BAD x\r\n",
	 "5 refused 'the server refused it'\n3 gone ''\n"
	 "4 fetched '' 1 1 0 () <b>\n"},
	{"larger than allowed",
	 "* 3 FETCH (UID 3 BODY[] {41}\r\n01234567890123456789012345678901234567"
	 "89x)\r\n* 4 FETCH (UID 4 BODY[] {42}\r\n\r\n012345678901234567890123456"
	 "7890123456789)\r\nP1 OK\r\n",
	 "3 refused 'it has 41 bytes, more than max-size; the listing said "
	 "10'\n4 refused 'it has 41 bytes, more than max-size; the listing said "
	 "10'\n5 gone ''\n"},
	{"empty, where something was listed",
	 "* 1 FETCH (UID 3 BODY[] {0}\r\n)\r\n* 2 FETCH (BODY[] \"\" UID 4)\r\n"
	 "* 3 FETCH (UID 5 BODY[] \"\")\r\nP1 OK\r\n",
	 "3 refused 'the server sent an empty body; the listing said 10 "
	 "bytes'\n4 refused 'the server sent an empty body; the listing said 10 "
	 "bytes'\n5 fetched '' 0 0 0 () <>\n"},
	{"in part (RFC 9738): what is missing is not gone",
	 "* 3 FETCH (UID 5 BODY[] {1}\r\na)\r\nP1 OK [MESSAGELIMIT 1 5] one\r\n"
	 "* 2 FETCH (UID 4 BODY[] {1}\r\nb)\r\nP3 OK\r\nP2 OK\r\n",
	 "5 fetched '' 1 1 0 () <a>\n4 fetched '' 1 1 0 () <b>\n3 gone ''\n"},
	{"K37: a literal that says too little",
	 "* 3 FETCH (UID 3 BODY[] {3}\r\nabcd)\r\nP1 OK\r\n", WRONG_LENGTH},
	{"K37: at a blank",
	 "* 3 FETCH (UID 3 BODY[] {1}\r\na bc\r\n)\r\nP1 OK\r\n", WRONG_LENGTH},
	{"K37: at a parenthesis",
	 "* 3 FETCH (UID 3 BODY[] {1}\r\na) b\r\n)\r\nP1 OK\r\n", WRONG_LENGTH},
	{"K37: a literal that says too much",
	 "* 3 FETCH (UID 3 BODY[] {4}\r\na)\r\n* 4 FETCH (UID 4 BODY[] {1}\r\n"
	 "b)\r\nP1 OK\r\n",
	 WRONG_LENGTH},
	{"K37: so much that a blank follows",
	 "* 3 FETCH (UID 3 BODY[] {5}\r\na)\r\n* 4 FETCH (UID 4 BODY[] {1}\r\n"
	 "b)\r\nP1 OK\r\n",
	 WRONG_LENGTH},
	{"a blank at the end of the line",
	 "* 3 FETCH (UID 3 BODY[] {1}\r\na ) \r\nP1 OK\r\n",
	 "3 fetched '' 1 1 0 () <a>\n4 gone ''\n5 gone ''\n"},
	{"cut", "* 3 FETCH (UID 4 BODY[] {3}\r\nab", CLOSED " (4)\n"},
	{"cut before its UID", "* 3 FETCH (BODY[] {3}\r\nab", CLOSED " (3)\n"},
	{"cut behind the body", "* 3 FETCH (UID 3 BODY[] {1}\r\na",
	 CLOSED " (3)\n"},
	{"cut behind a message", "* 3 FETCH (UID 3 BODY[] {1}\r\na)\r\n",
	 "3 fetched '' 1 1 0 () <a>\n" CLOSED " (4)\n"},
	{"BYE", "* BYE too long\r\n",
	 "error: the server ended the session: \"too long\" (3)\n"},
	{"a command that was not given", "P2 OK\r\n",
	 "error: the server's answers do not fit the commands: it answers one "
	 "that was not given; session given up (3)\n"},
	{"throttled",
	 "P1 NO Request is throttled. Suggested Backoff Time: 178755 "
	 "milliseconds\r\n",
	 "error: the server asks to wait: \"Request is throttled. Suggested "
	 "Backoff Time: 178755 milliseconds\" (0)\n"},
	{"a message that nobody wants",
	 "* 3 FETCH (UID 9 BODY[] {67108865}\r\n",
	 "error: the server's answers do not fit the commands: it sends "
	 "messages that nobody wants; session given up (3)\n"},
	{"an endless one", "* 3 FETCH (UID 3 BODY[] {4294967295}\r\n",
	 "error: a message of 4294967295 bytes comes, which is far larger than "
	 "listed or than max-size; session given up (3)\n"},
};

static void test_examples(int fd)
{
	struct buf got = BUF_INIT(TRANSCRIPT_MAX);
	struct buf sent = BUF_INIT(FAKE_SENT_MAX);
	struct fetching f = {.wanted = three, .n = 3, .max_bytes = 40};

	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		bool same = true;

		f.input = slice_str(examples[i].input);
		f.step = f.input.len;
		(void)fetching_run(&f, fd, &got, &sent);
		is_str(examples[i].want, got.s, examples[i].name);
		for (f.step = 0; f.step < f.input.len; f.step++) {
			(void)fetching_run(&f, fd, &got, NULL);
			same &= strcmp(examples[i].want, got.s) == 0;
		}
		ok(same, "the same in pieces of any size");
	}
	buf_release(&got);
	buf_release(&sent);
}

static void test_commands(void)
{
	static const struct imap_wanted wanted[] = {{7, 0}, {9, 0}};
	struct buf got = BUF_INIT(TRANSCRIPT_MAX);
	struct buf sent = BUF_INIT(FAKE_SENT_MAX);
	struct fetching f = {
		.input =
			slice_str("* 1 FETCH (UID 7 X-GM-MSGID 12 EMAILID (M1) "
				  "BODY[HEADER] {1}\r\nh BODY[] {1}\r\nb)\r\n"
				  "P1 NO x\r\nP2 NO y\r\n"),
		.wanted = wanted,
		.n = 2,
		.part = IMAP_HEADER,
		.can = "IMAP4rev1 X-GM-EXT-1 OBJECTID",
	};

	is_int(2, fetching_run(&f, -1, &got, &sent), "two headers");
	is_str("P1 UID FETCH 7,9 (UID FLAGS INTERNALDATE X-GM-MSGID EMAILID "
	       "BODY.PEEK[HEADER])\r\n"
	       "P2 UID FETCH 9 (UID FLAGS INTERNALDATE X-GM-MSGID EMAILID "
	       "BODY.PEEK[HEADER])\r\n",
	       sent.s, "what is asked for");
	is_str("7 fetched '' 1 1 0 gm 12 (M1) <>\n9 refused 'y'\n", got.s,
	       "what comes");
	f.n = 0;
	is_int(0, fetching_run(&f, -1, &got, &sent), "nothing is asked for");
	is_str("", got.s, "nothing comes");
	buf_release(&got);
	buf_release(&sent);
}

#define MANY 5000

static size_t count_lines(const struct buf *sent, size_t *longest)
{
	struct slice rest = buf_slice(sent), line;
	size_t n = 0;

	*longest = 0;
	while (slice_split(&rest, '\n', &line)) {
		n += line.len > 0;
		if (line.len + 1 > *longest)
			*longest = line.len + 1;
	}
	return n;
}

/* So many messages, each other UID, with so many bytes each. */
static void test_groups(size_t n, uint64_t size, bool alone, size_t commands,
			const char *name)
{
	static struct imap_wanted wanted[MANY];
	struct buf input = BUF_INIT(TRANSCRIPT_MAX);
	struct buf got = BUF_INIT(TRANSCRIPT_MAX);
	struct buf sent = BUF_INIT(FAKE_SENT_MAX);
	struct fetching f = {
		.input = SLICE_EMPTY, .wanted = wanted, .n = n, .alone = alone};
	size_t longest;

	for (size_t i = 0; i < n; i++)
		wanted[i] = (struct imap_wanted){(uint32_t)(4000000000 + 2 * i),
						 size};
	(void)fetching_run(&f, -1, &got, &sent);
	is_int(commands, count_lines(&sent, &longest), name);
	ok(longest <= COMMAND_LINE_MAX, "no line is too long");
	for (size_t i = 0; i < n; i++)
		buf_addf(&input, "P%zu OK\r\n", i + 1);
	f.input = buf_slice(&input);
	is_int(n, fetching_run(&f, -1, &got, &sent), "each has its answer");
	buf_clear(&input);
	for (size_t i = 0; i < 2 * n; i++)
		buf_addf(&input, "P%zu NO\r\n", i + 1);
	f.input = buf_slice(&input);
	is_int(n, fetching_run(&f, -1, &got, &sent), "also if all is refused");
	buf_release(&input);
	buf_release(&got);
	buf_release(&sent);
}

int main(void)
{
	int fd = memfd_create("message", MFD_CLOEXEC);

	test_examples(fd);
	(void)close(fd);
	test_commands();
	test_groups(1, 1000, false, 1, "one message");
	test_groups(5, 1024 * 1024, false, 5, "large ones go alone");
	test_groups(5, 1024 * 1024, true, 1, "or one command at a time");
	test_groups(50, 1000, false, 1, "small ones go together");
	test_groups(MANY, 1000, false, FLIGHTS_MAX, "a window of commands");
	return done_testing();
}
