/* SPDX-License-Identifier: ISC */
/* Flags, MOVE and EXPUNGE: what is confirmed, and what is never sent. */
#include <inttypes.h>

#include "session.h"

static const uint32_t uids[] = {3, 4, 5, 9};

enum what { FLAG_SEEN_ON, FLAG_DELETED_ON, EXPUNGE, MOVE, DELETE };

/* "UFCMR": the first letters of states. */
static void set_states(unsigned char *states, const char *text)
{
	static const char letters[] = "UFCMR";

	for (size_t k = 0; k < 4; k++)
		states[k] = (unsigned char)(strchr(letters, text[k]) - letters);
}

static int run(struct imap *i, enum what what, struct imap_change *c,
	       struct error *err)
{
	switch (what) {
	case FLAG_SEEN_ON:
		return imap_add_flags(i, c, IMAP_FLAG_SEEN, err);
	case FLAG_DELETED_ON:
		return imap_add_flags(i, c, IMAP_FLAG_DELETED | IMAP_FLAG_SEEN,
				      err);
	case EXPUNGE:
		return imap_expunge(i, c, err);
	case MOVE:
		return imap_move(i, c, slice_str("Old mail"), err);
	case DELETE:
		return imap_delete(i, c, slice_str("Bin"), err);
	}
	return -1;
}

#define SEARCH "UID SEARCH DELETED\r\n"
#define STORE  "UID STORE "
#define SILENT " +FLAGS.SILENT (\\Deleted)\r\n"
#define OLD    " \"Old mail\"\r\n"
#define NO_PLUS                                                                \
	"the server can remove only all messages that are marked as "          \
	"deleted (no UIDPLUS), and "

static const struct {
	const char *name;
	enum what what;
	const char *can, *before, *input;
	int rc;
	const char *after, *sent, *text;
} examples[] = {
	{"mark as seen", FLAG_SEEN_ON, "", "UUUU",
	 "* 3 FETCH (UID 3 FLAGS (\\Seen))\r\n* 4 EXPUNGE\r\nP1 OK\r\n", 1,
	 "FFFF", "P1 UID STORE 3:5,9 +FLAGS.SILENT (\\Seen)\r\n", ""},
	{"mark some, which is refused", FLAG_DELETED_ON, "", "UCUM",
	 "P1 NO [NOPERM] not you\r\n", 0, "UCUM",
	 "P1 UID STORE 3,5 +FLAGS.SILENT (\\Deleted \\Seen)\r\n", "not you"},
	{"none are left to mark", FLAG_DELETED_ON, "", "RRMC", "", 1, "RRMC",
	 "", ""},
	{"expunge", EXPUNGE, "UIDPLUS", "UMMF",
	 "* 1 EXPUNGE\r\n* 1 EXPUNGE\r\nP1 OK\r\n", 1, "URRF",
	 "P1 UID EXPUNGE 4:5\r\n", ""},
	{"expunge none", EXPUNGE, "UIDPLUS", "UUUF", "", 1, "UUUF", "", ""},
	{"expunge, refused: one by one", EXPUNGE, "UIDPLUS", "MMMM",
	 "P1 BAD\r\nP2 NO a\r\nP3 OK\r\nP4 NO b\r\nP5 OK\r\n", 0, "MRMR",
	 "P1 UID EXPUNGE 3:5,9\r\nP2 UID EXPUNGE 3\r\nP3 UID EXPUNGE 4\r\n"
	 "P4 UID EXPUNGE 5\r\nP5 UID EXPUNGE 9\r\n",
	 "a"},
	{"one is refused: not again", EXPUNGE, "UIDPLUS", "UMRR", "P1 NO a\r\n",
	 0, "UMRR", "P1 UID EXPUNGE 4\r\n", "a"},
	{"expunge, the end", EXPUNGE, "UIDPLUS", "MMMM",
	 "* 1 EXPUNGE\r\n* BYE x\r\n", -1, "MMMM", "P1 UID EXPUNGE 3:5,9\r\n",
	 ""},
	{"EXPUNGE", EXPUNGE, "", "MMUU", "* SEARCH 4 3\r\nP1 OK\r\nP2 OK\r\n",
	 1, "RRUU", "P1 " SEARCH "P2 EXPUNGE\r\n", ""},
	{"EXPUNGE, but another one", EXPUNGE, "", "MMUU",
	 "* SEARCH 4 3 5\r\nP1 OK\r\n", 0, "MMUU", "P1 " SEARCH,
	 NO_PLUS "others are marked, too"},
	{"EXPUNGE, but another one in a second line", EXPUNGE, "", "MMUU",
	 "* SEARCH 4 3\r\n* SEARCH 77\r\nP1 OK\r\n", 0, "MMUU", "P1 " SEARCH,
	 NO_PLUS "others are marked, too"},
	{"EXPUNGE, but odd numbers", EXPUNGE, "", "MMUU",
	 "* SEARCH 4 3 1e3\r\nP1 OK\r\n", 0, "MMUU", "P1 " SEARCH,
	 NO_PLUS "others are marked, too"},
	{"EXPUNGE, but no answer", EXPUNGE, "", "MMUU", "P1 OK\r\n", 0, "MMUU",
	 "P1 " SEARCH, NO_PLUS "does not know of these any more"},
	{"EXPUNGE, but no SEARCH", EXPUNGE, "", "MMUU",
	 "* SEARCH 3 4\r\nP1 NO\r\n", 0, "MMUU", "P1 " SEARCH,
	 NO_PLUS "does not say which ones these are"},
	{"EXPUNGE refused", EXPUNGE, "", "MMUU",
	 "* SEARCH 4\r\nP1 OK\r\nP2 NO x\r\n", 0, "MMUU",
	 "P1 " SEARCH "P2 EXPUNGE\r\n", "x"},
	{"MOVE", MOVE, "MOVE UIDPLUS", "UUUU",
	 "* OK [COPYUID  7 3:5,9  1:4] Outlook\r\n* 1 EXPUNGE\r\nP1 OK\r\n", 1,
	 "RRRR", "P1 UID MOVE 3:5,9" OLD, ""},
	{"MOVE refused", MOVE, "MOVE UIDPLUS", "UUUU",
	 "P1 NO [OVERQUOTA] full\r\n", 0, "UUUU", "P1 UID MOVE 3:5,9" OLD,
	 "full"},
	{"MOVE to a new folder", MOVE, "MOVE UIDPLUS", "UUUU",
	 "P1 NO [TRYCREATE] x\r\nP2 OK\r\nP3 OK\r\n", 1, "RRRR",
	 "P1 UID MOVE 3:5,9" OLD "P2 CREATE" OLD "P3 UID MOVE 3:5,9" OLD, "x"},
	{"MOVE to one that cannot be", MOVE, "MOVE UIDPLUS", "UUUU",
	 "P1 NO [TRYCREATE] x\r\nP2 NO y\r\nP3 NO [TRYCREATE] z\r\n", 0, "UUUU",
	 "P1 UID MOVE 3:5,9" OLD "P2 CREATE" OLD "P3 UID MOVE 3:5,9" OLD, "z"},
	{"COPY, STORE, EXPUNGE", MOVE, "UIDPLUS", "UUUU",
	 "P1 OK [COPYUID 7 3:5,9 1:4]\r\nP2 OK\r\nP3 OK\r\n", 1, "RRRR",
	 "P1 UID COPY 3:5,9" OLD "P2 " STORE "3:5,9" SILENT
	 "P3 UID EXPUNGE 3:5,9\r\n",
	 ""},
	{"COPY refused: no STORE", MOVE, "UIDPLUS", "UUUU", "P1 NO x\r\n", 0,
	 "UUUU", "P1 UID COPY 3:5,9" OLD, "x"},
	{"COPY, STORE refused: no EXPUNGE", MOVE, "UIDPLUS", "UUUU",
	 "P1 OK\r\nP2 NO [NOPERM] x\r\n", 0, "CCCC",
	 "P1 UID COPY 3:5,9" OLD "P2 " STORE "3:5,9" SILENT, "x"},
	{"COPY, the end", MOVE, "UIDPLUS", "UUUU", "P1 OK\r\n* BYE\r\n", -1,
	 "CCCC", "P1 UID COPY 3:5,9" OLD "P2 " STORE "3:5,9" SILENT, ""},
	{"what is copied is not copied again", MOVE, "UIDPLUS", "UCCR",
	 "P1 OK\r\nP2 OK\r\nP3 OK\r\n", 1, "RRRR",
	 "P1 UID COPY 3" OLD "P2 " STORE "3:5" SILENT "P3 UID EXPUNGE 3:5\r\n",
	 ""},
	{"COPY without UIDPLUS", MOVE, "", "UUUU",
	 "P1 OK\r\nP2 OK\r\n* SEARCH 3 4 5 9\r\nP3 OK\r\nP4 OK\r\n", 1, "RRRR",
	 "P1 UID COPY 3:5,9" OLD "P2 " STORE "3:5,9" SILENT "P3 " SEARCH
	 "P4 EXPUNGE\r\n",
	 ""},
	{"delete", DELETE, "UIDPLUS MOVE", "UUUU", "P1 OK\r\nP2 OK\r\n", 1,
	 "RRRR", "P1 " STORE "3:5,9" SILENT "P2 UID EXPUNGE 3:5,9\r\n", ""},
	{"delete at Gmail", DELETE, "UIDPLUS MOVE X-GM-EXT-1", "UUUU",
	 "P1 OK\r\n", 1, "RRRR", "P1 UID MOVE 3:5,9 \"Bin\"\r\n", ""},
	{"a server with a limit", DELETE, "UIDPLUS MESSAGELIMIT=3", "UUUU",
	 "P1 OK\r\nP2 OK\r\nP3 OK [MESSAGELIMIT 3 4] in part\r\nP4 OK\r\n"
	 "P5 OK\r\n",
	 1, "RRRR",
	 "P1 " STORE "3:5" SILENT "P2 " STORE "9" SILENT
	 "P3 UID EXPUNGE 3:5\r\nP4 UID EXPUNGE 9\r\nP5 UID EXPUNGE 3\r\n",
	 ""},
	{"a limit that is not said", EXPUNGE, "UIDPLUS", "UMMR",
	 "P1 OK [MESSAGELIMIT 3] in part\r\nP2 NO x\r\nP3 OK\r\n", 0, "UMRR",
	 "P1 UID EXPUNGE 4:5\r\nP2 UID EXPUNGE 4\r\nP3 UID EXPUNGE 5\r\n", "x"},
};

static void test_examples(void)
{
	for (size_t k = 0; k < sizeof(examples) / sizeof(examples[0]); k++) {
		unsigned char states[4], after[4];
		struct imap_change c = {uids, states, 4, ""};
		struct session s;

		set_states(states, examples[k].before);
		set_states(after, examples[k].after);
		begin(&s, examples[k].can, examples[k].input);
		is_int(examples[k].rc, run(s.i, examples[k].what, &c, &s.err),
		       examples[k].name);
		ok(memcmp(states, after, 4) == 0, "what is confirmed");
		is_str(examples[k].text, c.text, "why not");
		end(&s, examples[k].sent,
		    examples[k].rc == -1 ? "ended the session" : NULL);
	}
}

static void test_names(void)
{
	unsigned char states[4] = {IMAP_UNCHANGED};
	struct imap_change c = {uids, states, 4, ""};
	struct session s;

	begin(&s, "MOVE LITERAL+", "P1 OK\r\n");
	is_int(0, imap_move(s.i, &c, slice_of("a\0b", 3), &s.err),
	       "a name with a NUL");
	is_str("the name of the folder cannot be sent", c.text, "says so");
	is_int(1, imap_move(s.i, &c, slice_str("\xc3\xa4"), &s.err),
	       "a name in UTF-8");
	end(&s, "P1 UID MOVE 3:5,9 {2+}\r\n\xc3\xa4\r\n", NULL);
}

/*
 * 20,000 messages, every second one, in 170 commands; the third one is refused,
 * and all that follow.
 */
static void test_many(void)
{
	static uint32_t many[20000];
	static unsigned char states[20000];
	struct imap_change c = {many, states, 20000, ""};
	struct buf input = BUF_INIT(FAKE_SENT_MAX);
	struct slice rest, line;
	size_t n = 0, longest = 0, refused = 0;
	struct session s;

	for (uint32_t k = 0; k < 20000; k++)
		many[k] = 1000000 + 2 * k;
	for (size_t k = 1; k <= 300; k++)
		buf_addf(&input, "P%zu %s\r\n", k,
			 k == 3 || k > 170 ? "NO x" : "OK");
	begin(&s, "XYMHIGHESTMODSEQ", input.s);
	s.conn.step = 100;
	is_int(0, imap_add_flags(s.i, &c, IMAP_FLAG_SEEN, &s.err), "many");
	rest = buf_slice(&s.conn.sent);
	while (slice_split(&rest, '\n', &line)) {
		n += line.len > 0;
		longest = line.len + 1 > longest ? line.len + 1 : longest;
		ok(line.len == 0 || !slice_contains(line, ":"), "exact sets");
	}
	for (size_t k = 0; k < 20000; k++)
		refused += states[k] == IMAP_UNCHANGED;
	ok(longest <= COMMAND_LINE_MAX && longest > COMMAND_LINE_MAX - 60,
	   "no line is too long");
	ok(refused > 100 && refused < 140, "one set is refused");
	ok(n > 180 && n <= 170 + 100, "and ten of its messages, or some more");
	ok(s.conn.n_sent < n / 4, "in bundles");
	end(&s, s.conn.sent.s, NULL);
	buf_release(&input);
}

/* After these nothing more is asked for in the same step. */
static void test_wait(void)
{
	static uint32_t many[20000];
	static unsigned char states[20000];
	struct imap_change c = {many, states, 20000, ""};
	uint64_t wait_ms;
	struct session s;

	for (uint32_t k = 0; k < 20000; k++)
		many[k] = 1000000 + 2 * k;
	begin(&s, "IMAP4rev1",
	      "P1 OK\r\nP2 NO Request is throttled. Suggested Backoff Time: "
	      "178755 milliseconds\r\n");
	s.i->pipelining = false;
	is_int(0, imap_add_flags(s.i, &c, IMAP_FLAG_SEEN, &s.err), "throttled");
	is_int(CODE_THROTTLED, imap_refusal(s.i, &wait_ms), "so it is known");
	is_int(178755, (long)wait_ms, "and for how long");
	ok(strstr(s.conn.sent.s, "P3") == NULL, "nothing more is sent");
	end(&s, s.conn.sent.s, NULL);
}

int main(void)
{
	test_examples();
	test_names();
	test_many();
	test_wait();
	return done_testing();
}
