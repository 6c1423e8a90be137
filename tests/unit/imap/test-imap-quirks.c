/* SPDX-License-Identifier: ISC */
/* Answers that servers were seen to give, byte for byte: none ends a session.
 */
#include <inttypes.h>

#include "imap/prepare.h"
#include "session.h"

static int take_listed(void *context, const struct imap_listed *m,
		       struct error *err)
{
	(void)err;
	buf_addf(context, "%" PRIu32 " %" PRIu64 " %x %d\n", m->uid, m->size,
		 m->flags, m->has_time);
	return 0;
}

/* It may hold NULs. */
#define TEXT(text) text, sizeof(text) - 1

/* A list of messages, with all that may stand in it and around it. */
static const struct {
	const char *name, *input;
	size_t len;
	const char *want;
} lists[] = {
	{"K31: mail.ru: a size in floating point",
	 TEXT("* 1 FETCH (UID 7 RFC822.SIZE 9.3736e+06 FLAGS (\\Seen))\r\n"),
	 "7 0 10 0\n"},
	{"K31: mail.ru: its number, too",
	 TEXT("* 1e+06 FETCH (UID 7 RFC822.SIZE 1)\r\n* 2 FETCH (UID 8)\r\n"),
	 "8 0 0 0\n"},
	{"K29: Zoho: MODSEQ -1",
	 TEXT("* 1 FETCH (UID 7 MODSEQ (-1) RFC822.SIZE 5)\r\n"
	      "* 2 FETCH (MODSEQ -1 UID 8)\r\n* OK [HIGHESTMODSEQ -1] x\r\n"),
	 "7 5 0 0\n8 0 0 0\n"},
	{"K26: NULs before a line, and empty lines",
	 TEXT("\0\0* 1 FETCH (UID 7)\r\n\r\n\0* 2 FETCH (UID 8)\r\n\0"),
	 "7 0 0 0\n8 0 0 0\n"},
	{"a string instead of a list",
	 TEXT("* 1 FETCH (UID 7 FLAGS \"inline\" RFC822.SIZE 3)\r\n"
	      "* 1 FETCH (UID 8 BODYSTRUCTURE (\"text\" \"plain\" NIL NIL NIL "
	      "\"7bit\" 1 1 NIL \"inline\" NIL) RFC822.SIZE 4)\r\n"),
	 "7 3 0 0\n8 4 0 0\n"},
	{"K25: no UID: news of a message that is not known by its number",
	 TEXT("* 1 FETCH (FLAGS (\\Seen) RFC822.SIZE 3)\r\n* 2 FETCH (UID 0)\r\n"
	      "* 3 FETCH ()\r\n* 4 FETCH (UID)\r\n* 5 FETCH (UID 9 RFC822.SIZE)\r\n"),
	 "9 0 0 0\n"},
	{"K24 K33: UIDs that are not ascending, EXPUNGE between, one twice",
	 TEXT("* 3 FETCH (UID 9)\r\n* 3 EXPUNGE\r\n* 1 FETCH (UID 7)\r\n"
	      "* 5 EXISTS\r\n* 1 FETCH (UID 7 FLAGS (\\Deleted))\r\n"
	      "* VANISHED 8\r\n"),
	 "9 0 0 0\n7 0 0 0\n7 0 2 0\n"},
	{"FLAGS without a blank, and with one too many; bytes that are none",
	 TEXT("* 1 FETCH (FLAGS(\\Seen )UID 7 INTERNALDATE NIL )\r\n"
	      "* 2  FETCH  ( UID  8 FLAGS (a\x01\xff \\*) INTERNALDATE \"\" ) \r\n"),
	 "7 0 10 0\n8 0 0 0\n"},
	{"an item that nobody asked for, with a literal",
	 TEXT("* 1 FETCH (X-GM-LABELS (\"\\\\Inbox\" {3}\r\na)b \"x\") UID 7)\r\n"),
	 "7 0 0 0\n"},
	{"K23: VANISHED, ESEARCH, FLAGS, and words of no standard",
	 TEXT("* FLAGS (\\Answered)\r\n* ESEARCH (TAG \"P1\") UID ALL 1:3\r\n"
	      "* XYZZY {2}\r\n\r\n more\r\n* NO [UNKNOWN-CTE a\r\n* 1 FETCH (UID 7)"
	      "\r\n* OK [ALERT] Your mailbox is full\r\n"),
	 "7 0 0 0\n"},
};

static void test_lists(void)
{
	const struct imap_set set = {1, NULL, 0};

	for (size_t k = 0; k < sizeof(lists) / sizeof(lists[0]); k++) {
		struct session s;
		struct buf input = BUF_INIT(TEXT_MAX);

		buf_add(&input, lists[k].input, lists[k].len);
		buf_addstr(&input, "P1 OK\r\n");
		begin(&s, "IMAP4rev1", "");
		s.conn.input = buf_slice(&input);
		is_int(1,
		       imap_list_messages(s.i, &set, take_listed, &s.got,
					  s.text, &s.err),
		       lists[k].name);
		is_str(lists[k].want, s.got.s, "what is left");
		end(&s, s.conn.sent.s, NULL);
		buf_release(&input);
	}
}

static int take_folder(void *context, const struct folder *folder,
		       const struct counts *counts, struct error *err)
{
	(void)err;
	buf_addf(context, "<%.*s> %c", (int)folder->name.len, folder->name.p,
		 folder->delimiter);
	if (counts != NULL)
		buf_addf(context, " %x %" PRIu32, counts->counted,
			 counts->messages);
	buf_addch(context, '\n');
	return 0;
}

static void test_folders(void)
{
	struct session s;

	begin(&s, "IMAP4rev1 LIST-STATUS",
	      "* LIST (\\HasNoChildren) \"/\" a\x01\x7f\x1b"
	      "b\r\n"
	      "* LIST (\\Marked \\X) \".\" \"x\\y\"\r\n"
	      "* LIST () NIL a\"b{2}c\r\n* LIST () \"\" {3}\r\na\r\n\r\n"
	      "* LIST \"/\" noattributes\r\n* LIST () \"/\"\r\n"
	      "* LIST () \"/\" \"\"\r\n"
	      "* STATUS a (MESSAGES 1e+05 UIDNEXT 4 HIGHESTMODSEQ -1)\r\n"
	      "* STATUS a (MESSAGES 3 (x) UIDNEXT)\r\n* STATUS a NIL\r\n"
	      "* STATUS a ()\r\nP1 OK\r\n");
	is_int(0, imap_list(s.i, true, take_folder, &s.got, &s.err),
	       "K35: folders with any bytes");
	ok(slice_contains(buf_slice(&s.got), "<a\x01\x7f\x1b"
					     "b> /\n<x\\y> .\n"),
	   "their names as they came");
	ok(slice_contains(buf_slice(&s.got), " 2 0\n"),
	   "a number that is none is not counted");
	end(&s, s.conn.sent.s, NULL);
}

static void test_select(void)
{
	struct imap_selected selected;
	struct session s;

	begin(&s, "IMAP4rev1 CONDSTORE",
	      "* 1 EXISTS\r\n* OK [UIDVALIDITY 5] x\r\nP1 OK\r\n"
	      "* 2 EXISTS\r\n* OK [UIDVALIDITY 0] x\r\n"
	      "* OK [UIDNEXT 1e+06] x\r\n* OK [HIGHESTMODSEQ -1] x\r\n"
	      "* OK [UNSEEN 1]\r\n* OK []\r\n* OK [\r\n* OK\r\nP2 OK\r\n");
	is_int(1, imap_select(s.i, slice_str("a"), true, &selected, &s.err),
	       "K22: no UIDNEXT");
	ok(selected.uid_next == 0 && selected.uid_validity == 5, "not known");
	is_int(1, imap_select(s.i, slice_str("a"), true, &selected, &s.err),
	       "numbers that are none");
	ok(selected.uid_next == 0 && selected.uid_validity == 0 &&
		   selected.highest_modseq == 0 && selected.messages == 2,
	   "not known");
	end(&s, s.conn.sent.s, NULL);
}

/* Coremail was seen to send "EXISTS" behind the end of a command. */
static void test_late(void)
{
	const struct imap_set set = {1, NULL, 0};
	struct imap_selected selected;
	struct session s;

	begin(&s, "IMAP4rev1",
	      "P1 OK\r\n* 3 EXISTS\r\n* 1 FETCH (UID 4 FLAGS ())\r\n"
	      "* SEARCH 1 2\r\n* STATUS a (MESSAGES 1)\r\n"
	      "* 1 FETCH (UID 5)\r\nP2 OK\r\n* BYE\r\nP3 OK\r\n");
	is_int(1, imap_select(s.i, slice_str("a"), true, &selected, &s.err),
	       "a folder");
	is_int(1,
	       imap_list_messages(s.i, &set, take_listed, &s.got, s.text,
				  &s.err),
	       "what belongs to no command comes before its answers");
	is_str("4 0 0 0\n5 0 0 0\n", s.got.s, "all are messages");
	is_int(0, imap_logout(s.i, &s.err), "BYE belongs to LOGOUT");
	end(&s, s.conn.sent.s, NULL);
}

static void test_enable(void)
{
	struct session s;

	begin(&s, "IMAP4rev1",
	      "* CAPABILITY IMAP4rev1 ENABLE UTF8=ACCEPT\r\nP1 OK\r\nP2 OK\r\n");
	is_int(0, imap_prepare(s.i, &s.err), "K7: iCloud: ENABLE says nothing");
	ok(!imap_is_utf8(s.i), "nothing is enabled");
	end(&s, s.conn.sent.s, NULL);
}

static void test_alert(void)
{
	const struct imap_set set = {1, NULL, 0};
	struct session s;

	begin(&s, "IMAP4rev1",
	      "* OK [ALERT] first\r\n* NO [ALERT] full\x1b[2J\r\n"
	      "* OK [ALERT]\r\nP1 NO [ALERT] last \r\nP2 OK\r\n");
	is_int(0, (long)imap_alert(s.i).len, "no alert");
	is_int(0,
	       imap_list_messages(s.i, &set, take_listed, &s.got, s.text,
				  &s.err),
	       "K18: alerts at any time");
	ok(slice_equal(imap_alert(s.i), slice_str("last")), "the last one");
	is_int(1,
	       imap_list_messages(s.i, &set, take_listed, &s.got, s.text,
				  &s.err),
	       "no more of them");
	ok(slice_equal(imap_alert(s.i), slice_str("last")), "it is kept");
	end(&s, s.conn.sent.s, NULL);
}

static void test_refusals(void)
{
	static const struct {
		const char *words;
		enum code_kind code;
		uint64_t wait_ms;
	} cases[] = {
		{"NO [UNAVAILABLE] Server error", CODE_UNAVAILABLE, 0},
		{"NO [INUSE] locked", CODE_INUSE, 0},
		{"NO [LIMIT] too many", CODE_LIMIT, 0},
		{"NO [OVERQUOTA] Account exceeded command or bandwidth limits",
		 CODE_OVERQUOTA, 0},
		{"BAD [THROTTLED] slower", CODE_THROTTLED, 0},
		{"BAD Request is throttled. Suggested Backoff Time: 299961 "
		 "milliseconds",
		 CODE_THROTTLED, 299961},
		{"NO Suggested backoff time: 12", CODE_THROTTLED, 12},
		{"NO Backoff Time: 99999999999999999999 milliseconds",
		 CODE_NONE, 0},
		{"NO Backoff Time:", CODE_NONE, 0},
		{"BAD User is authenticated but not connected.", CODE_NONE, 0},
	};

	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		struct buf input = BUF_INIT(TEXT_MAX);
		struct counts counts;
		uint64_t wait_ms = 1;
		struct session s;

		buf_addf(&input, "P1 %s\r\n* BYE [UNAVAILABLE] x\r\n",
			 cases[k].words);
		begin(&s, "IMAP4rev1", input.s);
		is_int(0,
		       imap_status(s.i, slice_str("a"), &counts, s.text,
				   &s.err),
		       cases[k].words);
		is_int(cases[k].code, imap_refusal(s.i, &wait_ms), "its code");
		is_int((long)cases[k].wait_ms, (long)wait_ms, "how long");
		is_int(-1,
		       imap_status(s.i, slice_str("a"), &counts, s.text,
				   &s.err),
		       "the end");
		is_int(CODE_UNAVAILABLE, imap_refusal(s.i, &wait_ms),
		       "its code");
		is_int(ERR_TEMPORARY, s.err.kind, "to be tried later");
		end(&s, s.conn.sent.s, "ended the session: \"x\"");
		buf_release(&input);
	}
}

int main(void)
{
	test_lists();
	test_folders();
	test_select();
	test_late();
	test_enable();
	test_alert();
	test_refusals();
	return done_testing();
}
