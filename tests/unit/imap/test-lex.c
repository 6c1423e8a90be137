/* SPDX-License-Identifier: ISC */
#include "../tap.h"
#include "fake_conn.h"
#include "imap/lex.h"

/*
 * A transcript: "a:" an atom, "s:" a string, "l:" a literal with its bytes,
 * "(" and ")", "." the end of a line, "!" an error.
 */
#define TRANSCRIPT_MAX (512 * 1024)

static int add_word(struct lex *l, int kind, struct buf *out, struct error *err)
{
	static const char *const marks[] = {".", "(", ")", "a:", "s:", "l:"};
	struct slice piece;
	int rc = 0;

	buf_addstr(out, marks[kind]);
	if (kind == LEX_ATOM || kind == LEX_STRING)
		buf_addslice(out, buf_slice(&l->text));
	if (kind == LEX_LITERAL)
		while ((rc = lex_read(l, &piece, err)) == 1)
			buf_addslice(out, piece);
	buf_addch(out, kind == LEX_END ? '\n' : ' ');
	return rc;
}

/* Lines that begin with "OK" have a text, "LIST" has values, "BODY" items. */
static int read_line(struct lex *l, struct buf *out, struct error *err)
{
	struct buf code = BUF_INIT(LEX_LINE_MAX);
	int (*next)(struct lex *, struct error *) = lex_next;
	int kind;

	if (lex_start(l, err) == -1)
		return -1;
	do {
		kind = next(l, err);
		if (kind == -1 || add_word(l, kind, out, err) == -1)
			return -1;
		if (slice_equal(buf_slice(&l->text), slice_str("LIST")))
			next = lex_value;
		if (slice_equal(buf_slice(&l->text), slice_str("FETCH")))
			next = lex_item;
		if (!slice_equal(buf_slice(&l->text), slice_str("OK")))
			continue;
		kind = lex_text(l, &code, err);
		if (kind != -1)
			buf_addf(out, "[%s] \"%s\"\n", code.s, l->text.s);
	} while (kind > LEX_END);
	buf_release(&code);
	return kind;
}

static void transcribe(struct slice input, size_t step, struct buf *out)
{
	struct conn conn;
	struct wire wire;
	struct lex l;
	struct error err = ERROR_INIT;

	buf_clear(out);
	fake_conn_init(&conn, input, step);
	wire_init(&wire, &conn, NULL);
	lex_init(&l, &wire);
	while (read_line(&l, out, &err) == 0)
		;
	if (strstr(err.text, "closed the connection") == NULL)
		buf_addf(out, "!%s", err.text);
	lex_release(&l);
	wire_release(&wire);
}

static const struct {
	const char *name, *input, *transcript;
} examples[] = {
	{"words", "* 12 EXISTS\r\n", "a:* a:12 a:EXISTS .\n"},
	{"a list", "* FLAGS (\\Seen $Junk \\*)\r\n",
	 "a:* a:FLAGS ( a:\\Seen a:$Junk a:\\* ) .\n"},
	{"lists without blanks, and with too many", "* X(a(b)c)  (d  )  \r\n",
	 "a:* a:X ( a:a ( a:b ) a:c ) ( a:d ) .\n"},
	{"quoted strings", "* X \"\" \"a b\" \"\\\"\\\\\" \"a\\b\" \"(\"\r\n",
	 "a:* a:X s: s:a b s:\"\\ s:a\\b s:( .\n"},
	{"marks inside of atoms", "* X a\"b c{1 a\\b {1}x 1}\r\n",
	 "a:* a:X a:a\"b a:c{1 a:a\\b a:{1}x a:1} .\n"},
	{"a literal", "* X {4}\r\na\r\n) b\r\n", "a:* a:X l:a\r\n) a:b .\n"},
	{"literals of other kinds", "* X {1+}\r\na ~{2}\r\n(( {0}\r\n\r\n",
	 "a:* a:X l:a l:(( l: .\n"},
	{"literals as values", "* LIST () \"/\" {3}\r\na)b\r\n",
	 "a:* a:LIST ( ) s:/ s:a)b .\n"},
	{"items",
	 "* FETCH BODY[HEADER.FIELDS (A B)]<0> \"x\" BODY[]{1}\r\nx)\r\n",
	 "a:* a:FETCH a:BODY[HEADER.FIELDS (A B)]<0> s:x a:BODY[] l:x ) .\n"},
	{"brackets in other atoms", "* LIST () NIL a[b c]d\r\n",
	 "a:* a:LIST ( ) a:NIL a:a[b a:c]d .\n"},
	{"a text", "A OK  Done {5}\r\n", "a:A a:OK [] \"Done {5}\"\n"},
	{"a code", "A OK [UIDNEXT 5] Predicted\r\n",
	 "a:A a:OK [UIDNEXT 5] \"Predicted\"\n"},
	{"a code with a string", "A OK [X \"a]\\\"]\" b]c\r\n",
	 "a:A a:OK [X \"a]\\\"]\" b] \"c\"\n"},
	{"a code without an end", "A OK [X no end\r\n",
	 "a:A a:OK [] \"[X no end\"\n"},
	{"no text", "A OK\r\nB OK \r\n",
	 "a:A a:OK [] \"\"\na:B a:OK [] \"\"\n"},
	{"a CR in a text", "A OK a\rb\r\r\n", "a:A a:OK [] \"a\rb\"\n"},
	{"empty lines", "\r\n\r\n* X\r\n", "a:* a:X .\n"},
	{"control characters and bytes", "* a\x01\xff\x7f\r\n",
	 "a:* a:a\x01\xff\x7f .\n"},
};

static void test_examples(void)
{
	struct buf got = BUF_INIT(TRANSCRIPT_MAX);

	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct slice input = slice_str(examples[i].input);
		bool same = true;

		transcribe(input, input.len, &got);
		is_str(examples[i].transcript, got.s, examples[i].name);
		for (size_t step = 0; step < input.len; step++) {
			transcribe(input, step, &got);
			same &= strcmp(examples[i].transcript, got.s) == 0;
		}
		ok(same, "the same in pieces of any size");
	}
	buf_release(&got);
}

static const struct {
	const char *name, *input, *error;
} broken[] = {
	{"a bare LF", "* OK a\n", "a bare LF"},
	{"a bare LF behind words", "* X a\n", "a bare LF"},
	{"an empty line of a bare LF", "\n", "a bare LF"},
	{"a CR in words", "* X a\rb\r\n", "a CR without its LF"},
	{"a string without an end", "* X \"a\r\n", "a quoted string without"},
	{"a section without an end", "* FETCH BODY[\r\n", "a bracket without"},
	{"a literal without a size", "* X {}\r\n", "a literal without a size"},
	{"a literal with a sign", "* X {-1}\r\n", "a literal without a size"},
	{"a literal that is too large", "* X {4294967296}\r\n",
	 "a literal without a size"},
	{"a value that is too long", "* LIST {65537}\r\n", "too long"},
	{"a literal of binary data without a size", "* X ~{a}\r\n",
	 "a literal without a size"},
};

static void test_broken(void)
{
	struct buf got = BUF_INIT(TRANSCRIPT_MAX);

	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		transcribe(slice_str(broken[i].input), 0, &got);
		ok(strstr(got.s, broken[i].error) != NULL, broken[i].name);
	}
	buf_release(&got);
}

static void test_long_line(void)
{
	struct buf input = BUF_INIT(LEX_LINE_MAX * 2);
	struct buf got = BUF_INIT(TRANSCRIPT_MAX);

	buf_addstr(&input, "\0* ");
	buf_add(&input, "\0* ", 3);
	while (input.len < LEX_LINE_MAX - 2)
		buf_addstr(&input, "(");
	buf_addstr(&input, "\r\n");
	transcribe(buf_slice(&input), 0, &got);
	ok(strchr(got.s, '!') == NULL, "a line of the largest length, with "
				       "nothing but parentheses, after a NUL");
	buf_truncate(&input, input.len - 2);
	while (!input.full)
		buf_addstr(&input, "x");
	transcribe(buf_slice(&input), 0, &got);
	ok(strstr(got.s, "a line of more than 65536 bytes") != NULL,
	   "a longer one");
	memset(input.s, 0, input.len);
	transcribe(buf_slice(&input), 0, &got);
	ok(strstr(got.s, "a line of more than 65536 bytes") != NULL,
	   "too many NULs before a line");
	buf_release(&input);
	buf_release(&got);
}

static char shown[256];

static void trace(char direction, struct slice text)
{
	size_t at = strlen(shown);

	(void)snprintf(shown + at, sizeof(shown) - at, "%c%.*s|", direction,
		       (int)text.len, text.p);
}

/* Read all lines by words, or as texts; `text` gets the last one. */
static void read_all(const char *input, const char *secret, struct buf *text)
{
	struct conn conn;
	struct wire wire;
	struct lex l;
	struct buf code = BUF_INIT(LEX_LINE_MAX);
	struct error err = ERROR_INIT;
	int rc = 0;

	shown[0] = '\0';
	fake_conn_init(&conn, slice_str(input), 0);
	wire_init(&wire, &conn, trace);
	wire.secret = slice_str(secret);
	lex_init(&l, &wire);
	while (rc == 0 && lex_start(&l, &err) == 0) {
		if (text == NULL) {
			rc = lex_skip_value(&l, &err) == -1
				     ? -1
				     : lex_skip_line(&l, &err);
			continue;
		}
		rc = lex_text(&l, &code, &err);
		buf_clear(text);
		buf_addf(text, "[%s] %s", code.s, l.text.s);
	}
	buf_release(&code);
	lex_release(&l);
	wire_release(&wire);
}

static void test_shown(void)
{
	struct buf text = BUF_INIT(LEX_LINE_MAX);

	read_all("((a {3}\r\n(((\"(\") b) c\r\n* (x) {2}\r\n))\r\nd\r\n", "",
		 NULL);
	is_str("<((a {3}\r\n\"(\") b) c|<* (x) {2}|<d|", shown,
	       "values and lines are skipped, and shown without literals");
	read_all("* {1048577}\r\n", "", NULL);
	is_str("", shown, "a literal that is too large to be skipped");
	read_all("[pencil] NO pencil?\r\n", "pencil", &text);
	is_str("<[******] NO ******?|", shown, "secrets are not shown");
	is_str("[******] NO ******?", text.s, "nor are they in a text");
	read_all("+ pencil\r\n", "", &text);
	is_str("<+ ***|", shown, "nor are challenges shown");
	is_str("[] + pencil", text.s, "but they are read");
	buf_release(&text);
}

int main(void)
{
	test_examples();
	test_broken();
	test_long_line();
	test_shown();
	return done_testing();
}
