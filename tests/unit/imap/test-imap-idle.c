/* SPDX-License-Identifier: ISC */
#include "session.h"

#define EXAMINED                                                               \
	"* 3 EXISTS\r\n* OK [UIDVALIDITY 7]\r\n* OK [UIDNEXT 10]\r\n"          \
	"P1 OK [READ-ONLY]\r\n"

/* The next words of the server, in pieces of any size. */
static void say(struct session *s, const char *words)
{
	s->conn.input = slice_str(words);
}

static bool reads_news(struct session *s, const char *words)
{
	bool news = false;

	say(s, words);
	while (s->conn.input.len > 0)
		if (imap_idle_read(s->i, &news, &s->err) == -1)
			return false;
	return imap_idle_read(s->i, &news, &s->err) == 0 && news;
}

static void start(struct session *s, const char *can, const char *words)
{
	struct counts now;

	begin(s, can, words);
	is_int(1, imap_idle(s->i, slice_str("INBOX"), &now, s->text, &s->err),
	       "it waits");
	is_int(3, now.messages, "its messages");
	is_int(10, now.uid_next, "its UIDNEXT");
	is_int(7, now.uid_validity, "its UIDVALIDITY");
}

static void test_news(void)
{
	struct session s;

	start(&s, "IDLE", EXAMINED);
	ok(imap_idle_is_asking(s.i), "the answer to IDLE is awaited");
	ok(!reads_news(&s, "+ idling\r\n"), "it comes");
	ok(!imap_idle_is_asking(s.i), "nothing is awaited");
	ok(!reads_news(&s, "* OK still here\r\n* 1 FETCH (FLAGS (\\Seen))\r\n"
			   "\r\n* 3 EXISTS\r\n* 0 RECENT\r\n"),
	   "no news: signs of life, flags, the same number");
	ok(reads_news(&s, "* 4 EXISTS\r\n"), "one more message is news");
	ok(!reads_news(&s, "* 2 EXPUNGE\r\n* 3 EXISTS\r\n"),
	   "one that goes is none");
	ok(reads_news(&s, "* 1 EXPUNGE\r\n* 3 EXISTS\r\n"),
	   "one goes and one comes");
	say(&s, "* 4 EXISTS\r\nP2 OK\r\n");
	is_int(0, imap_idle_end(s.i, 180, &s.err), "it ends");
	end(&s, "P1 EXAMINE \"INBOX\"\r\nP2 IDLE\r\nDONE\r\n", NULL);
}

static void test_renew(void)
{
	struct session s;

	start(&s, "IDLE", EXAMINED);
	ok(!reads_news(&s, "+\r\n"), "it has begun");
	is_int(0, imap_idle_renew(s.i, &s.err), "a sign of life");
	ok(imap_idle_is_asking(s.i), "is awaited");
	ok(reads_news(&s, "* 4 EXISTS\r\nP2 OK\r\n+ again\r\n"),
	   "news on the way, and IDLE again");
	ok(!imap_idle_is_asking(s.i), "nothing is awaited");
	is_int(0, imap_idle_renew(s.i, &s.err), "once more");
	say(&s, "P3 OK\r\n");
	is_int(0, imap_idle_end(s.i, 180, &s.err), "and its end");
	end(&s,
	    "P1 EXAMINE \"INBOX\"\r\nP2 IDLE\r\nDONE\r\nP3 IDLE\r\nDONE\r\n",
	    NULL);

	start(&s, "IDLE", EXAMINED);
	say(&s, "+\r\nP2 OK\r\n");
	is_int(0, imap_idle_end(s.i, 180, &s.err), "the end before it began");
	end(&s, "P1 EXAMINE \"INBOX\"\r\nP2 IDLE\r\nDONE\r\n", NULL);
}

static void test_status(void)
{
	static const char ask[] =
		" STATUS \"INBOX\" (MESSAGES UIDNEXT UIDVALIDITY)\r\n";
	struct buf sent = BUF_INIT(TEXT_MAX);
	struct session s;

	start(&s, "ID",
	      "* STATUS INBOX (MESSAGES 3 UIDNEXT 10 UIDVALIDITY 7)\r\n"
	      "P1 OK\r\n");
	ok(!imap_idle_is_pushed(s.i), "the server has no IDLE");
	ok(!imap_idle_is_asking(s.i), "nothing is awaited");
	is_int(0, imap_idle_renew(s.i, &s.err), "it is asked");
	ok(!reads_news(&s, "* STATUS INBOX (MESSAGES 2 UIDNEXT 10)\r\n"
			   "P2 OK\r\n"),
	   "one that goes is no news");
	is_int(0, imap_idle_renew(s.i, &s.err), "again");
	ok(reads_news(&s, "* STATUS INBOX (MESSAGES 2 UIDNEXT 11)\r\n"
			  "P3 OK\r\n"),
	   "a new UID is, also where another one went");
	is_int(0, imap_idle_end(s.i, 180, &s.err), "nothing is to be ended");
	for (int k = 1; k <= 3; k++)
		buf_addf(&sent, "P%d%s", k, ask);
	end(&s, sent.s, NULL);
	buf_release(&sent);
}

/* In the middle of IDLE: what ends it, and how. */
static void breaks(const char *words, const char *error)
{
	struct session s;

	start(&s, "IDLE", EXAMINED);
	ok(!reads_news(&s, "+\r\n"), "it has begun");
	ok(!reads_news(&s, words), words);
	end(&s, "P1 EXAMINE \"INBOX\"\r\nP2 IDLE\r\n", error);
}

static void test_breaks(void)
{
	struct session s;
	struct counts now;

	breaks("* BYE timeout\r\n", "ended the session: \"timeout\"");
	breaks("P2 OK that was long\r\n", "ended IDLE: \"that was long\"");
	breaks("P1 OK\r\n", "answers one that was not given");
	breaks("+ more\r\n", "it asks for more");
	breaks("* X {3}\r\nabc\r\n", "it sends a literal");
	breaks("* X\n", "a bare LF");

	start(&s, "IDLE", EXAMINED);
	ok(!reads_news(&s, "P2 NO not here\r\n"), "IDLE is refused");
	end(&s, "P1 EXAMINE \"INBOX\"\r\nP2 IDLE\r\n",
	    "ended IDLE: \"not here\"");

	begin(&s, "IDLE", "P1 NO no such folder\r\n");
	is_int(0, imap_idle(s.i, slice_str("INBOX"), &now, s.text, &s.err),
	       "the folder is refused");
	is_str("no such folder", s.text, "the server says why");
	end(&s, "P1 EXAMINE \"INBOX\"\r\n", NULL);
}

static void test_endless_line(void)
{
	struct buf words = BUF_INIT(4 * LEX_LINE_MAX);
	struct session s;

	buf_addstr(&words, "+\r\n* ");
	while (words.len < 2 * LEX_LINE_MAX)
		buf_addstr(&words, "words ");
	start(&s, "IDLE", EXAMINED);
	ok(!reads_news(&s, words.s), "a line without an end");
	end(&s, "P1 EXAMINE \"INBOX\"\r\nP2 IDLE\r\n", "line does not end");
	buf_release(&words);
}

int main(void)
{
	test_news();
	test_renew();
	test_status();
	test_breaks();
	test_endless_line();
	return done_testing();
}
