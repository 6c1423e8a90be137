/* SPDX-License-Identifier: ISC */
/* Many folders and many messages in few commands. */
#include <inttypes.h>

#include "session.h"

static int take_counts(void *context, size_t k, const struct counts *counts,
		       const char *text, struct error *err)
{
	struct buf *out = context;

	if (counts != NULL && counts->messages == 99)
		return error_set(err, ERR_LOCAL, "enough");
	if (counts == NULL)
		buf_addf(out, "%zu refused: %s\n", k, text);
	else if (counts->counted == 0)
		buf_addf(out, "%zu nothing\n", k);
	else
		buf_addf(out, "%zu %" PRIu32 "\n", k, counts->messages);
	return 0;
}

static void test_statuses(void)
{
	const struct slice names[] = {
		slice_str("INBOX"),  slice_str("a b"),
		slice_of("a\0b", 3), slice_str("&AOQ-\"\\"),
		slice_str("gone"),   slice_str("\xc3\xa4")};
	struct session s;

	begin(&s, "IMAP4rev1 CONDSTORE LITERAL-",
	      "* STATUS \"a b\" (MESSAGES 2)\r\n* 3 EXISTS\r\n"
	      "* STATUS Inbox (MESSAGES 1)\r\nP2 OK\r\nP1 OK\r\n"
	      "* STATUS other (MESSAGES 7)\r\n"
	      "* STATUS \"&AOQ-\\\"\\\\\" (MESSAGES 4)\r\nP3 OK\r\n"
	      "P4 NO [NONEXISTENT] not here\r\n"
	      "* STATUS &AOQ- (MESSAGES 5)\r\nP5 OK\r\n");
	is_int(0, imap_statuses(s.i, names, 6, take_counts, &s.got, &s.err),
	       "counts of six folders");
	is_str("2 refused: its name cannot be sent\n1 2\n0 1\n3 4\n"
	       "4 refused: not here\n5 5\n",
	       s.got.s, "in any order, with any names");
	is_int(1, (long)s.conn.n_sent, "one write");
#define COUNTS " (MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ)\r\n"
	end(&s,
	    "P1 STATUS \"INBOX\"" COUNTS "P2 STATUS \"a b\"" COUNTS
	    "P3 STATUS \"&AOQ-\\\"\\\\\"" COUNTS "P4 STATUS \"gone\"" COUNTS
	    "P5 STATUS {2+}\r\n\xc3\xa4" COUNTS,
	    NULL);

	begin(&s, "IMAP4rev1",
	      "* STATUS x (MESSAGES 1)\r\nP1 OK\r\nP2 BAD\r\n");
	is_int(0, imap_statuses(s.i, names, 2, take_counts, &s.got, &s.err),
	       "counts under another name");
	is_str("0 nothing\n1 refused: the server refused it\n", s.got.s,
	       "are not guessed");
	end(&s,
	    "P1 STATUS \"INBOX\" (MESSAGES UIDNEXT UIDVALIDITY)\r\n"
	    "P2 STATUS \"a b\" (MESSAGES UIDNEXT UIDVALIDITY)\r\n",
	    NULL);
}

static void test_statuses_fail(void)
{
	const struct slice names[] = {slice_str("a"), slice_str("b")};
	struct session s;

	begin(&s, "IMAP4rev1",
	      "* STATUS a (MESSAGES 99)\r\nP1 OK\r\nP2 OK\r\n");
	is_int(-1, imap_statuses(s.i, names, 2, take_counts, &s.got, &s.err),
	       "the caller has enough");
	ok(s.i->wire.dead, "the session is over");
	end(&s, s.conn.sent.s, "enough");

	begin(&s, "IMAP4rev1", "P1 OK\r\nP3 OK\r\n");
	is_int(-1, imap_statuses(s.i, names, 2, take_counts, &s.got, &s.err),
	       "a command that was not given");
	end(&s, s.conn.sent.s, "one that was not given");

	begin(&s, "IMAP4rev1", "");
	s.i->pipelining = false;
	is_int(-1, imap_statuses(s.i, names, 2, take_counts, &s.got, &s.err),
	       "without pipelining");
	end(&s, "P1 STATUS \"a\" (MESSAGES UIDNEXT UIDVALIDITY)\r\n",
	    "closed the connection");
}

/* As many folders as are believed: each has its counts. */
static void test_many_statuses(void)
{
	static struct slice names[IMAP_FOLDERS_MAX];
	static char texts[IMAP_FOLDERS_MAX][12];
	struct buf input = BUF_INIT(4 * FAKE_SENT_MAX);
	struct buf want = BUF_INIT(4 * FAKE_SENT_MAX);
	struct session s;

	for (size_t k = 0; k < IMAP_FOLDERS_MAX; k++) {
		(void)snprintf(texts[k], sizeof(texts[k]), "f%zu", k);
		names[k] = slice_str(texts[k]);
		buf_addf(&input, "* STATUS f%zu (MESSAGES %zu)\r\nP%zu OK\r\n",
			 k, k + 100, k + 1);
		buf_addf(&want, "%zu %zu\n", k, k + 100);
	}
	begin(&s, "IMAP4rev1", input.s);
	s.conn.step = 1000;
	s.got.max = want.max;
	is_int(0, imap_statuses(s.i, names, 50, take_counts, &s.got, &s.err),
	       "50 folders");
	is_int(1, (long)s.conn.n_sent, "one write");
	end(&s, s.conn.sent.s, NULL);

	begin(&s, "IMAP4rev1", input.s);
	s.conn.step = 1000;
	s.got.max = want.max;
	is_int(0,
	       imap_statuses(s.i, names, IMAP_FOLDERS_MAX, take_counts, &s.got,
			     &s.err),
	       "20,000 folders");
	ok(strcmp(want.s, s.got.s) == 0, "all there");
	ok(s.conn.n_sent <= IMAP_FOLDERS_MAX / 32 + 1, "in bundles");
	end(&s, s.conn.sent.s, NULL);
	buf_release(&input);
	buf_release(&want);
}

static int take_listed(void *context, const struct imap_listed *message,
		       struct error *err)
{
	struct buf *out = context;

	if (message->uid == 99)
		return error_set(err, ERR_LOCAL, "enough");
	buf_addf(out, "%" PRIu32 " %" PRIu64 " %x %d\n", message->uid,
		 message->size, message->flags, message->has_time);
	return 0;
}

static const struct imap_set from_5 = {.from = 5};

static void test_messages(void)
{
	struct session s;

	begin(&s, "IMAP4rev1",
	      "* 1 FETCH (UID 4 RFC822.SIZE 1)\r\n"
	      "* 2 FETCH (RFC822.SIZE 44 FLAGS (\\Seen) UID 5 INTERNALDATE "
	      "\"01-Jan-1970 00:00:00 +0000\")\r\n"
	      "* 3 FETCH (UID 6 RFC822.SIZE 9.3736e+06)\r\n"
	      "* 3 FETCH (FLAGS ())\r\nP1 OK\r\nP2 BAD what\r\n"
	      "* 3 FETCH (UID 99)\r\n");
	is_int(1,
	       imap_list_messages(s.i, &from_5, take_listed, &s.got, s.text,
				  &s.err),
	       "messages");
	is_str("5 44 10 1\n6 0 0 0\n", s.got.s, "from a UID on");
	is_int(0,
	       imap_list_messages(s.i, &from_5, take_listed, &s.got, s.text,
				  &s.err),
	       "refused");
	is_int(-1,
	       imap_list_messages(s.i, &from_5, take_listed, &s.got, s.text,
				  &s.err),
	       "the caller has enough");
	end(&s,
	    "P1 UID FETCH 5:* (UID FLAGS INTERNALDATE RFC822.SIZE)\r\n"
	    "P2 UID FETCH 5:* (UID FLAGS INTERNALDATE RFC822.SIZE)\r\n"
	    "P3 UID FETCH 5:* (UID FLAGS INTERNALDATE RFC822.SIZE)\r\n",
	    "enough");
}

#define ITEMS " (UID FLAGS INTERNALDATE RFC822.SIZE)\r\n"

static void test_set(void)
{
	const uint32_t uids[] = {3, 7, 8, 9, 100};
	const struct imap_set set = {120, uids, 5};
	const struct imap_set none = {0, NULL, 0}, some = {0, uids, 2};
	struct session s;

	begin(&s, "IMAP4rev1",
	      "* 1 FETCH (UID 3)\r\n* 1 FETCH (UID 4)\r\n* 1 FETCH (UID 100)\r\n"
	      "* 1 FETCH (UID 119)\r\n* 9 FETCH (UID 121)\r\n"
	      "* 8 FETCH (UID 120)\r\nP1 OK\r\n* 1 FETCH (UID 8)\r\n"
	      "* 1 FETCH (UID 3)\r\nP2 OK\r\n");
	is_int(1,
	       imap_list_messages(s.i, &set, take_listed, &s.got, s.text,
				  &s.err),
	       "single messages, and all from one on");
	is_str("3 0 0 0\n100 0 0 0\n121 0 0 0\n120 0 0 0\n", s.got.s,
	       "only those");
	buf_clear(&s.got);
	is_int(1,
	       imap_list_messages(s.i, &some, take_listed, &s.got, s.text,
				  &s.err),
	       "single messages");
	is_str("3 0 0 0\n", s.got.s, "only those");
	is_int(1,
	       imap_list_messages(s.i, &none, take_listed, &s.got, s.text,
				  &s.err),
	       "none");
	end(&s, "P1 UID FETCH 3,7:9,100,120:*" ITEMS "P2 UID FETCH 3,7" ITEMS,
	    NULL);
}

/* Every second UID: lines of a length that the server takes. */
static void test_long_set(const char *can, size_t line_max, size_t commands)
{
	static uint32_t uids[3000];
	const struct imap_set set = {4294967295, uids, 3000};
	struct buf input = BUF_INIT(FAKE_SENT_MAX);
	struct slice rest, line;
	struct session s;
	size_t n = 0, longest = 0;

	for (uint32_t k = 0; k < 3000; k++)
		uids[k] = 4294000000 + 2 * k;
	for (size_t k = 1; k <= commands; k++)
		buf_addf(&input, "P%zu %s\r\n", k, k == 3 ? "NO x" : "OK");
	begin(&s, can, input.s);
	s.conn.step = 7;
	is_int(0,
	       imap_list_messages(s.i, &set, take_listed, &s.got, s.text,
				  &s.err),
	       "a long set, of which a part is refused");
	is_str("x", s.text, "with the words for it");
	rest = buf_slice(&s.conn.sent);
	while (slice_split(&rest, '\n', &line)) {
		n += line.len > 0;
		longest = line.len + 1 > longest ? line.len + 1 : longest;
	}
	is_int((long)commands, (long)n, "commands");
	ok(longest <= line_max && longest > line_max - 60, "no line too long");
	ok(strstr(s.conn.sent.s, ",4294967295:*" ITEMS) != NULL, "the end");
	end(&s, s.conn.sent.s, NULL);
	buf_release(&input);
}

/* RFC 9738: a server lists so many at once, the last ones first. */
static void test_limit(void)
{
	const uint32_t uids[] = {3, 5, 7};
	const struct imap_set set = {10, uids, 3};
	struct session s;

	begin(&s, "IMAP4rev1 MESSAGELIMIT=2",
	      "* 1 FETCH (UID 3)\r\n* 1 FETCH (UID 5)\r\nP1 OK\r\n"
	      "* 9 FETCH (UID 12)\r\n* 8 FETCH (UID 11)\r\n"
	      "P2 OK [MESSAGELIMIT 2 11] in part\r\nP3 OK\r\n"
	      "* 9 FETCH (UID 10)\r\n* 8 FETCH (UID 7)\r\n"
	      "P4 OK [MESSAGELIMIT 2 7] in part\r\nP5 OK\r\n");
	is_int(1,
	       imap_list_messages(s.i, &set, take_listed, &s.got, s.text,
				  &s.err),
	       "a list in parts");
	is_str("3 0 0 0\n5 0 0 0\n12 0 0 0\n11 0 0 0\n10 0 0 0\n7 0 0 0\n",
	       s.got.s, "all there");
	end(&s,
	    "P1 UID FETCH 3,5" ITEMS "P2 UID FETCH 7,10:*" ITEMS
	    "P3 UID FETCH 3,5" ITEMS "P4 UID FETCH 7,10:10" ITEMS
	    "P5 UID FETCH 3,5" ITEMS,
	    NULL);

	begin(&s, "IMAP4rev1",
	      "P1 OK [MESSAGELIMIT 2 11]\r\nP2 OK [MESSAGELIMIT 2 11] again\r\n"
	      "P3 OK [MESSAGELIMIT] some\r\n");
	is_int(0,
	       imap_list_messages(s.i, &set, take_listed, &s.got, s.text,
				  &s.err),
	       "a list that gets no further");
	is_int(0,
	       imap_list_messages(s.i, &set, take_listed, &s.got, s.text,
				  &s.err),
	       "a list that does not say how far");
	is_str("some", s.text, "is not complete");
	end(&s, s.conn.sent.s, NULL);
}

static int take_uid(void *context, uint32_t uid, struct error *err)
{
	(void)err;
	buf_addf(context, "%" PRIu32 " ", uid);
	return 0;
}

static void test_uids(void)
{
	struct buf input = BUF_INIT(FAKE_SENT_MAX);
	struct session s;

	buf_addstr(&input, "* SEARCH");
	for (int k = 0; k < 30000; k++)
		buf_addstr(&input, " 1000000");
	buf_addstr(&input, "\r\nP1 OK\r\n* SEARCH 5 4 7 (MODSEQ 9) \r\n"
			   "* SEARCH\r\nP2 OK\r\n* SEARCH 6 9.3e+06\r\n"
			   "P3 OK\r\nP4 NO why\r\n");
	begin(&s, "IMAP4rev1", input.s);
	s.got.max = FAKE_SENT_MAX;
	is_int(1, imap_list_uids(s.i, 5, take_uid, &s.got, s.text, &s.err),
	       "30,000 UIDs in a line");
	is_int(240000, (long)s.got.len, "all there");
	buf_clear(&s.got);
	is_int(1, imap_list_uids(s.i, 5, take_uid, &s.got, s.text, &s.err),
	       "some UIDs");
	is_str("5 7 ", s.got.s, "from one on");
	is_int(0, imap_list_uids(s.i, 5, take_uid, &s.got, s.text, &s.err),
	       "one that is no number");
	is_int(0, imap_list_uids(s.i, 5, take_uid, &s.got, s.text, &s.err),
	       "refused");
	is_str("why", s.text, "in its words");
	end(&s,
	    "P1 UID SEARCH UID 5:*\r\nP2 UID SEARCH UID 5:*\r\n"
	    "P3 UID SEARCH UID 5:*\r\nP4 UID SEARCH UID 5:*\r\n",
	    NULL);
	buf_release(&input);
}

int main(void)
{
	test_statuses();
	test_statuses_fail();
	test_many_statuses();
	test_messages();
	test_set();
	test_long_set("IMAP4rev1", COMMAND_LINE_MAX_LONG, 5);
	test_long_set("IMAP4rev1 XYMHIGHESTMODSEQ", COMMAND_LINE_MAX, 36);
	test_limit();
	test_uids();
	return done_testing();
}
