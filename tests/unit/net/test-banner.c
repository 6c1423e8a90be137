/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "../tap.h"
#include "net/banner.h"

static const struct {
	const char *name, *first;
	enum banner banner;
} examples[] = {
	{"nothing", "", BANNER_UNKNOWN},
	{"POP3", "+OK ready", BANNER_POP3},
	{"POP3 that refuses", "-ERR no", BANNER_POP3},
	{"the first byte of POP3", "+", BANNER_UNKNOWN},
	{"IMAP", "* OK [CAPABILITY IMAP4rev1]", BANNER_IMAP},
	{"IMAP, logged in", "* PREAUTH", BANNER_IMAP},
	{"IMAP that refuses", "* BYE", BANNER_IMAP},
	{"five bytes of IMAP", "* OK ", BANNER_IMAP},
	{"SMTP", "220 mx.example.org ESMTP", BANNER_SMTP},
	{"SMTP that refuses", "554-gmx.net (mxgmx) Nemesis ESMTP Service",
	 BANNER_SMTP},
	{"SMTP that is busy", "421 smtp is busy", BANNER_SMTP},
	{"FTP", "220 (vsFTPd 3.0.3)", BANNER_FTP},
	{"another FTP", "220 ProFTPD", BANNER_FTP},
	{"SMTP or FTP", "220-We", BANNER_SMTP_OR_FTP},
	{"NNTP", "200 news.example.org", BANNER_NNTP},
	{"SSH", "SSH-2.0-OpenSSH_9.2", BANNER_SSH},
	{"HTTP", "HTTP/1.1 400 Bad Request", BANNER_HTTP},
	{"HTML", "<html>", BANNER_HTTP},
	{"ManageSieve", "\"IMPLEMENTATION\" \"Dovecot\"", BANNER_SIEVE},
	{"an alert of TLS", "\x15\x03\x01", BANNER_TLS},
	{"a record of TLS", "\x16\x03", BANNER_TLS},
	{"SSL 2", "\x15\x02", BANNER_UNKNOWN},
	{"Telnet", "\xff\xfb\x01", BANNER_UNKNOWN},
	{"a word", "hello", BANNER_UNKNOWN},
};

static void test_kinds(void)
{
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)
		ok(banner_of(slice_str(examples[i].first)) ==
			   examples[i].banner,
		   examples[i].name);
}

/* Each prefix is known as the same, or not yet. */
static void test_prefixes(void)
{
	bool ok = true;

	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)
		for (size_t n = 0; n < strlen(examples[i].first); n++) {
			enum banner b =
				banner_of(slice_of(examples[i].first, n));

			ok &= b == BANNER_UNKNOWN || b == BANNER_SMTP_OR_FTP ||
			      b == examples[i].banner;
		}
	ok(ok, "prefixes are never taken for another protocol");
}

static bool says(enum tls_mode tls, const char *first, enum error_kind kind,
		 const char *what)
{
	char host[] = "mail.example.org";
	struct account a = {.host = host, .port = 110, .tls = tls};
	struct error err = ERROR_INIT;

	(void)banner_error(slice_str(first), &a, &err);
	return err.kind == kind && strstr(err.text, what) != NULL &&
	       strstr(err.text, "mail.example.org:110") != NULL;
}

static void test_words(void)
{
	ok(says(TLS_NONE, "* OK hi\r\nmore", ERR_PERSON, "(\"* OK hi\")"),
	   "the first line is shown, no more");
	ok(says(TLS_NONE, "* OK hi\r\n", ERR_PERSON,
		"set protocol = imap; or, if it is to be POP3, port = 995"),
	   "IMAP in place of POP3");
	ok(says(TLS_IMPLICIT, "+OK hi\r\n", ERR_PERSON, "tls = starttls"),
	   "A7: POP3 without TLS: starttls");
	ok(says(TLS_STARTTLS, "\x16\x03", ERR_PERSON, "tls = implicit"),
	   "A7: TLS at once: implicit");
	ok(says(TLS_NONE, "HTTP/1.1 302 Found\r\n", ERR_TEMPORARY,
		"login page"),
	   "HTTP: may pass");
	ok(says(TLS_NONE, "\x1b[31m\r\n", ERR_TEMPORARY, "\\x1b[31m"),
	   "terminal escapes are escaped");
}

static bool says_of_imap(enum tls_mode tls, const char *first, const char *a,
			 const char *b)
{
	char host[] = "mail.example.org";
	struct account account = {.protocol = PROTOCOL_IMAP,
				  .host = host,
				  .port = 143,
				  .tls = tls};
	struct error err = ERROR_INIT;

	(void)banner_error(slice_str(first), &account, &err);
	return err.kind == ERR_PERSON && strstr(err.text, a) != NULL &&
	       strstr(err.text, b) != NULL;
}

static void test_words_of_imap(void)
{
	ok(says_of_imap(TLS_NONE, "+OK hi\r\n",
			"speaks POP3 (\"+OK hi\"), not IMAP",
			"port = 993 with tls = implicit, or 143"),
	   "POP3 in place of IMAP");
	ok(says_of_imap(TLS_IMPLICIT, "+OK hi\r\n", "not IMAP",
			"set protocol = pop3; or"),
	   "and in place of TLS");
	ok(says_of_imap(TLS_IMPLICIT, "* OK hi\r\n",
			"speaks IMAP without TLS (\"* OK hi\"), not TLS",
			"port 143), or the port of IMAP over TLS, 993"),
	   "IMAP without TLS");
	ok(says_of_imap(TLS_STARTTLS, "\x16\x03", "speaks TLS from the first",
			"port 993"),
	   "TLS at once");
	ok(says_of_imap(TLS_NONE, "220 smtp\r\n", "the IMAP server", "993"),
	   "SMTP");
}

static void test_refusals(void)
{
	static const struct {
		enum protocol protocol;
		const char *line, *text; /* NULL: it is none */
	} lines[] = {
		{PROTOCOL_POP3, "-ERR no", "-ERR no"},
		{PROTOCOL_POP3, "+OK no", NULL},
		{PROTOCOL_POP3, "", NULL},
		{PROTOCOL_IMAP, "A001 NO later", "NO later"},
		{PROTOCOL_IMAP, "A001 BAD what", "BAD what"},
		{PROTOCOL_IMAP, "A001 OK no", NULL},
		{PROTOCOL_IMAP, "* NO a warning", NULL},
		{PROTOCOL_IMAP, "* BYE later", "BYE later"},
		{PROTOCOL_IMAP, "* OK", NULL},
		{PROTOCOL_IMAP, "*", NULL},
		{PROTOCOL_IMAP, "", NULL},
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct account a = {.protocol = lines[i].protocol};
		struct slice text;

		is_int(lines[i].text != NULL,
		       banner_refuses(slice_str(lines[i].line), &a, &text),
		       lines[i].line);
		ok(lines[i].text == NULL ||
			   slice_equal(text, slice_str(lines[i].text)),
		   "its words");
	}
}

int main(void)
{
	test_words_of_imap();
	test_refusals();
	test_kinds();
	test_prefixes();
	test_words();
	return done_testing();
}
