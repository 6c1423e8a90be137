/* SPDX-License-Identifier: ISC */
#include <inttypes.h>

#include "imap/attribute.h"
#include "imap/prepare.h"
#include "session.h"

static int take_folder(void *context, const struct folder *folder,
		       const struct counts *counts, struct error *err)
{
	struct buf *out = context;

	(void)err;
	buf_addslice(out, folder->name);
	if (counts == NULL)
		buf_addf(out, " %c %x\n", folder->delimiter,
			 folder->attributes);
	else
		buf_addf(out, " %" PRIu32 " %" PRIu32 "\n", counts->messages,
			 counts->uid_next);
	return 0;
}

static void test_list(void)
{
	struct session s;

	begin(&s, "IMAP4rev1 SPECIAL-USE XLIST",
	      "* LIST () \"/\" INBOX\r\n* 3 EXISTS\r\n"
	      "* LIST (\\Junk) \"/\" a\r\nP1 OK\r\n");
	is_int(0, imap_list(s.i, true, take_folder, &s.got, &s.err), "a list");
	is_str("INBOX / 0\na / 80\n", s.got.s, "two folders");
	end(&s, "P1 LIST \"\" \"*\"\r\n", NULL);

	begin(&s, "IMAP4rev1 XLIST", "* XLIST (\\Spam) \"/\" a\r\nP1 OK\r\n");
	is_int(0, imap_list(s.i, false, take_folder, &s.got, &s.err),
	       "XLIST where special uses are only there");
	is_str("a / 80\n", s.got.s, "they come");
	end(&s, "P1 XLIST \"\" \"*\"\r\n", NULL);

	begin(&s, "IMAP4rev1 LIST-STATUS CONDSTORE",
	      "* LIST () \"/\" a\r\n* STATUS a (MESSAGES 2 UIDNEXT 9)\r\n"
	      "P1 OK\r\n");
	is_int(0, imap_list(s.i, true, take_folder, &s.got, &s.err),
	       "with counts");
	is_str("a / 0\na 2 9\n", s.got.s, "they come");
	end(&s,
	    "P1 LIST \"\" \"*\" RETURN (STATUS (MESSAGES UIDNEXT UIDVALIDITY "
	    "HIGHESTMODSEQ))\r\n",
	    NULL);
}

static void test_list_again(void)
{
	struct session s;

	begin(&s, "IMAP4rev1 LIST-STATUS",
	      "P1 OK\r\n* LIST () \"/\" a\r\nP2 OK\r\n");
	is_int(0, imap_list(s.i, true, take_folder, &s.got, &s.err),
	       "an empty list with counts: again without");
	is_str("a / 0\n", s.got.s, "a folder comes");
	end(&s,
	    "P1 LIST \"\" \"*\" RETURN (STATUS (MESSAGES UIDNEXT "
	    "UIDVALIDITY))\r\nP2 LIST \"\" \"*\"\r\n",
	    NULL);

	begin(&s, "IMAP4rev1 LIST-STATUS", "P1 BAD\r\nP2 NO not now\r\n");
	is_int(-1, imap_list(s.i, true, take_folder, &s.got, &s.err),
	       "refused, and again");
	end(&s,
	    "P1 LIST \"\" \"*\" RETURN (STATUS (MESSAGES UIDNEXT "
	    "UIDVALIDITY))\r\nP2 LIST \"\" \"*\"\r\n",
	    "refuses to list its folders: \"not now\"");
}

static void test_status(void)
{
	struct session s;
	struct counts counts;

	begin(&s, "IMAP4rev1",
	      "* STATUS \"a b\" (MESSAGES 2 UIDNEXT 5 UIDVALIDITY 7)\r\n"
	      "P1 OK\r\nP2 NO [NONEXISTENT] no such folder\r\n");
	is_int(1, imap_status(s.i, slice_str("a b"), &counts, s.text, &s.err),
	       "counts");
	ok(counts.messages == 2 && counts.uid_next == 5 &&
		   counts.uid_validity == 7 && counts.counted == 7,
	   "they come");
	is_int(0, imap_status(s.i, slice_str("c"), &counts, s.text, &s.err),
	       "refused");
	is_str("no such folder", s.text, "in its words");
	is_int(0, imap_status(s.i, slice_str("a\nb"), &counts, s.text, &s.err),
	       "a name with a line's end");
	is_str("its name cannot be sent", s.text, "is not sent");
	end(&s,
	    "P1 STATUS \"a b\" (MESSAGES UIDNEXT UIDVALIDITY)\r\n"
	    "P2 STATUS \"c\" (MESSAGES UIDNEXT UIDVALIDITY)\r\n",
	    NULL);
}

static int count_listed(void *context, const struct imap_listed *message,
			struct error *err)
{
	unsigned *sum = context;

	(void)err;
	*sum = 100 * *sum + message->uid;
	return 0;
}

static void test_select_ahead(void)
{
	struct session s;
	struct imap_selected selected;
	struct imap_set set = {.from = 7};
	unsigned sum = 0;
	bool in_flight;

	begin(&s, "IMAP4rev1",
	      "* 2 EXISTS\r\n* OK [UIDVALIDITY 38] x\r\n"
	      "* 1 FETCH (FLAGS () UID 8)\r\nP1 OK done\r\n"
	      "* 2 FETCH (UID 9 RFC822.SIZE 4)\r\nP2 OK done\r\n"
	      "P3 NO it has gone\r\nP4 BAD no folder is selected\r\n"
	      "* 1 EXISTS\r\nP6 OK\r\n");
	is_int(1,
	       imap_select_ahead(s.i, slice_str("a"), false, &selected, &s.err),
	       "a folder that is to be listed");
	is_int(1,
	       imap_list_messages(s.i, &set, count_listed, &sum, s.text,
				  &s.err),
	       "is listed");
	ok(selected.is_open && selected.messages == 2 &&
		   selected.uid_validity == 38,
	   "and was selected");
	is_int(9, sum, "what comes before is no part of the list");
	is_int(1,
	       imap_select_ahead(s.i, slice_str("b"), true, &selected, &s.err),
	       "one that is refused");
	is_int(0,
	       imap_list_messages(s.i, &set, count_listed, &sum, s.text,
				  &s.err),
	       "is not listed");
	ok(!selected.is_open, "nor selected");
	is_str("it has gone", selected.text, "in its words");
	is_int(0,
	       imap_select_ahead(s.i, slice_str("a\nb"), true, &selected,
				 &s.err),
	       "a name with a line's end");
	ok(!selected.is_open && s.i->lead.text.len == 0, "is not sent");
	is_int(1,
	       imap_select_ahead(s.i, slice_str("c"), true, &selected, &s.err),
	       "the server goes");
	is_int(-1,
	       imap_list_messages(s.i, &set, count_listed, &sum, s.text,
				  &s.err),
	       "before it lists");
	ok(selected.is_open, "what it selected");
	is_int(MAILBOX_LOST, imap_broke(s.i, &in_flight),
	       "the session is lost");
	ok(in_flight, "maybe because commands were sent ahead");
	end(&s,
	    "P1 SELECT \"a\"\r\n"
	    "P2 UID FETCH 7:* (UID FLAGS INTERNALDATE RFC822.SIZE)\r\n"
	    "P3 EXAMINE \"b\"\r\n"
	    "P4 UID FETCH 7:* (UID FLAGS INTERNALDATE RFC822.SIZE)\r\n"
	    "P6 EXAMINE \"c\"\r\n"
	    "P7 UID FETCH 7:* (UID FLAGS INTERNALDATE RFC822.SIZE)\r\n",
	    "the server closed");
}

static void test_select_alone(void)
{
	struct session s;
	struct imap_selected selected;

	begin(&s, "IMAP4rev1", "* 2 EXISTS\r\nP1 OK\r\nP2 NO\r\n");
	s.i->pipelining = false;
	is_int(1,
	       imap_select_ahead(s.i, slice_str("a"), true, &selected, &s.err),
	       "nothing may be sent ahead");
	ok(selected.is_open && selected.messages == 2, "it waits");
	is_int(0,
	       imap_select_ahead(s.i, slice_str("b"), true, &selected, &s.err),
	       "and knows that there is nothing to list");
	end(&s, "P1 EXAMINE \"a\"\r\nP2 EXAMINE \"b\"\r\n", NULL);
}

static void test_select(void)
{
	struct session s;
	struct imap_selected selected;

	begin(&s, "IMAP4rev1",
	      "* 172 EXISTS\r\n* FLAGS (\\Seen)\r\n* OK [UIDVALIDITY 38] x\r\n"
	      "* OK [UIDNEXT 4392] x\r\n* OK [HIGHESTMODSEQ 7] x\r\n"
	      "P1 OK [READ-ONLY] done\r\n"
	      "* OK [UIDVALIDITY 38] x\r\n* NO [UIDNOTSTICKY] x\r\nP2 OK\r\n"
	      "P3 NO\r\n* BYE\r\n");
	is_int(1,
	       imap_select(s.i, slice_str("INBOX"), false, &selected, &s.err),
	       "a folder");
	ok(selected.messages == 172 && selected.uid_validity == 38 &&
		   selected.uid_next == 4392 && selected.highest_modseq == 7 &&
		   selected.read_only,
	   "is selected");
	is_int(1, imap_select(s.i, slice_str("a"), true, &selected, &s.err),
	       "one without lasting UIDs");
	ok(selected.uid_validity == 0 && selected.read_only, "says so");
	is_int(0, imap_select(s.i, slice_str("b"), true, &selected, &s.err),
	       "one that is refused");
	is_str("the server refused it", selected.text, "without a word");
	is_int(-1, imap_select(s.i, slice_str("b"), true, &selected, &s.err),
	       "the end");
	end(&s,
	    "P1 SELECT \"INBOX\"\r\nP2 EXAMINE \"a\"\r\nP3 EXAMINE \"b\"\r\n"
	    "P4 EXAMINE \"b\"\r\n",
	    "the server ended the session");
}

static void test_greeting(const char *input, bool by_libcurl, int rc,
			  const char *sent, const char *error)
{
	struct session s;
	bool is_in;

	begin(&s, NULL, input);
	s.conn.is_greeted = by_libcurl;
	is_int(rc, imap_greet(s.i, &is_in, &s.err), "a greeting");
	is_int(slice_starts_nocase(slice_str(input), "* PREAUTH"), is_in,
	       "is a login needed?");
	if (rc == 0)
		ok(capability(&s.i->capabilities, CAPABILITY_IMAP4REV1),
		   "what it can do is known");
	end(&s, sent, error);
}

static void test_greetings(void)
{
	static const char ask[] = "P1 CAPABILITY\r\n";

	test_greeting("* OK [CAPABILITY IMAP4rev1] hi\r\n", false, 0, "", NULL);
	test_greeting("* OK hi\r\n* CAPABILITY IMAP4rev1\r\nP1 OK\r\n", false,
		      0, ask, NULL);
	test_greeting("* CAPABILITY IMAP4rev1\r\nP1 OK\r\n", true, 0, ask,
		      NULL);
	test_greeting("* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n", false, 0, "",
		      NULL);
	test_greeting("* BYE come later\r\n", false, -1, "",
		      "ended the session: \"come later\"");
	test_greeting("* NO hi\r\n", false, -1, "", "it does not greet");
	test_greeting("* 3 EXISTS\r\n", false, -1, "", "it does not greet");
	test_greeting("P0 OK hi\r\n", false, -1, "", "it does not greet");
	test_greeting("* OK hi\r\nP1 BAD\r\n", false, -1, ask,
		      "CAPABILITY has no answer");
	test_greeting("+OK hi\r\n", false, -1, "", "no answer of IMAP");
}

static void test_prepare(void)
{
	struct session s;

	begin(&s, "IMAP4rev1",
	      "* CAPABILITY IMAP4rev1 ID ENABLE UTF8=ACCEPT\r\nP1 OK\r\n"
	      "* ID NIL\r\nP2 OK\r\n* ENABLED UTF8=ACCEPT\r\nP3 OK\r\n"
	      "* BYE\r\nP4 OK\r\n");
	is_int(0, imap_prepare(s.i, &s.err), "all that follows a login");
	ok(imap_is_utf8(s.i), "names are in UTF-8");
	is_int(0, imap_logout(s.i, &s.err), "the end");
	end(&s,
	    "P1 CAPABILITY\r\nP2 ID (\"name\" \"postroom\")\r\n"
	    "P3 ENABLE UTF8=ACCEPT\r\nP4 LOGOUT\r\n",
	    NULL);

	begin(&s, "IMAP4rev1 ID",
	      "* CAPABILITY IMAP4rev1 UTF8=ACCEPT\r\nP1 OK\r\n");
	is_int(0, imap_prepare(s.i, &s.err), "it can do less");
	ok(!imap_is_utf8(s.i), "names are in modified UTF-7");
	is_int(-1, imap_logout(s.i, &s.err), "an end without a word");
	end(&s, "P1 CAPABILITY\r\nP2 LOGOUT\r\n", "closed the connection");
}

int main(void)
{
	test_list();
	test_list_again();
	test_status();
	test_select();
	test_select_ahead();
	test_select_alone();
	test_greetings();
	test_prepare();
	return done_testing();
}
