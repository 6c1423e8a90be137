/* SPDX-License-Identifier: ISC */
#include "../tap.h"
#include "fake_conn.h"
#include "imap/internal.h"
#include "imap/login.h"

static char shown[4096];

static void trace(char direction, struct slice text)
{
	size_t at = strlen(shown);

	(void)snprintf(shown + at, sizeof(shown) - at, "%c%.*s|", direction,
		       (int)text.len, text.p);
}

/* A login of "me" with "pencil". */
struct example {
	const char *name, *can;
	unsigned way;
	bool first_alone;
	const char *input;
	enum imap_login result;
	const char *sent;
	const char *refusal, *reason, *error; /* or NULL */
};

static const struct example examples[] = {
	{"LOGIN", "", IMAP_WAY_LOGIN, false,
	 "* CAPABILITY X\r\nP1 OK [CAPABILITY IMAP4rev1] in\r\n", IMAP_LOGIN_IN,
	 "P1 LOGIN \"me\" \"pencil\"\r\n", NULL, NULL, NULL},
	{"LOGIN, refused", "", IMAP_WAY_LOGIN, false,
	 "P1 NO [AUTHENTICATIONFAILED] no pencil here\r\n", IMAP_LOGIN_REFUSED,
	 "P1 LOGIN \"me\" \"pencil\"\r\n",
	 "NO [AUTHENTICATIONFAILED] no ****** here", NULL, NULL},
	{"LOGINDISABLED", "LOGINDISABLED", IMAP_WAY_LOGIN, false, "",
	 IMAP_LOGIN_CANNOT, "", NULL, NULL, "does not take LOGIN"},
	{"LOGIN, and a challenge", "", IMAP_WAY_LOGIN, false, "+ \r\n",
	 IMAP_LOGIN_BROKEN, "P1 LOGIN \"me\" \"pencil\"\r\n", NULL, NULL,
	 "LOGIN gets a challenge"},
	{"LOGIN, and BYE", "", IMAP_WAY_LOGIN, false, "* BYE pencil\r\n",
	 IMAP_LOGIN_BROKEN, "P1 LOGIN \"me\" \"pencil\"\r\n", NULL, NULL,
	 "ended the session: \"******\""},
	{"PLAIN with SASL-IR", "SASL-IR", SASL_PLAIN, false, "P1 OK\r\n",
	 IMAP_LOGIN_IN, "P1 AUTHENTICATE PLAIN AG1lAHBlbmNpbA==\r\n", NULL,
	 NULL, NULL},
	{"PLAIN without", "", SASL_PLAIN, false, "+ \r\n* OK x\r\nP1 OK\r\n",
	 IMAP_LOGIN_IN, "P1 AUTHENTICATE PLAIN\r\nAG1lAHBlbmNpbA==\r\n", NULL,
	 NULL, NULL},
	{"PLAIN on its own line, as is wished", "SASL-IR", SASL_PLAIN, true,
	 "+\r\nP1 BAD AG1lAHBlbmNpbA==\r\n", IMAP_LOGIN_REFUSED,
	 "P1 AUTHENTICATE PLAIN\r\nAG1lAHBlbmNpbA==\r\n",
	 "BAD ****************", NULL, NULL},
	{"Coremail", "SASL-IR X-CM-EXT-1", SASL_PLAIN, false, "+ \r\nP1 OK\r\n",
	 IMAP_LOGIN_IN, "P1 AUTHENTICATE PLAIN\r\nAG1lAHBlbmNpbA==\r\n", NULL,
	 NULL, NULL},
	{"a token that is refused", "SASL-IR", SASL_XOAUTH2, false,
	 "+ eyJzdGF0dXMiOiI0MDAifQ==\r\nP1 NO sorry\r\n", IMAP_LOGIN_REFUSED,
	 "P1 AUTHENTICATE XOAUTH2 "
	 "dXNlcj1tZQFhdXRoPUJlYXJlciBwZW5jaWwBAQ==\r\n\r\n",
	 "NO sorry", "{\"status\":\"400\"}", NULL},
	{"CRAM-MD5", "", SASL_CRAM_MD5, false, "+ PDFAYj4=\r\nP1 OK\r\n",
	 IMAP_LOGIN_IN,
	 "P1 AUTHENTICATE CRAM-MD5\r\n"
	 "bWUgODk0NGRmZTgxNTM1YzBkNzVkM2I2ZmM1MGJhNjY1Yzg=\r\n",
	 NULL, NULL, NULL},
	{"a challenge that is none", "", SASL_CRAM_MD5, false,
	 "+ ?\r\nP1 BAD cancelled\r\n", IMAP_LOGIN_CANNOT,
	 "P1 AUTHENTICATE CRAM-MD5\r\n*\r\n", NULL, NULL, ""},
	{"a server that proves nothing", "SASL-IR", SASL_SCRAM_SHA_256, false,
	 "P1 OK\r\n", IMAP_LOGIN_FALSE,
	 "P1 AUTHENTICATE SCRAM-SHA-256 biwsbj1tZSxyPXI=\r\n", NULL, NULL, ""},
	{"a command that was not given", "", SASL_PLAIN, false, "P2 OK\r\n",
	 IMAP_LOGIN_BROKEN, "P1 AUTHENTICATE PLAIN\r\n", NULL, NULL,
	 "was not given"},
};

static void test_example(const struct example *e)
{
	struct conn conn;
	struct imap *i;
	struct imap_try t = {
		.login = {.user = slice_str("me"),
			  .secret = slice_str("pencil"),
			  .host = "example.org",
			  .port = 993,
			  .nonce = "r"},
		.first_alone = e->first_alone,
	};
	struct error err = ERROR_INIT;

	shown[0] = '\0';
	fake_conn_init(&conn, slice_str(e->input), 0);
	i = imap_new(&conn, trace, true);
	capability_read(slice_str(e->can), &i->capabilities);
	is_int(e->result, imap_try(i, e->way, &t, &err), e->name);
	is_str(e->sent, conn.sent.s, "what is sent");
	is_str(e->refusal == NULL ? "" : e->refusal, t.refusal, "a refusal");
	is_str(e->reason == NULL ? "" : e->reason, t.reason, "a reason");
	ok(e->error == NULL ? err.text[0] == '\0'
			    : strstr(err.text, e->error) != NULL,
	   e->error == NULL ? "no error" : "an error");
	ok(strstr(shown, "pencil") == NULL && strstr(shown, "AHBl") == NULL,
	   "no secret is shown");
	imap_close(i);
}

int main(void)
{
	for (size_t k = 0; k < sizeof(examples) / sizeof(examples[0]); k++)
		test_example(&examples[k]);
	return done_testing();
}
