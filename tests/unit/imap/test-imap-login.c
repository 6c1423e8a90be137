/* SPDX-License-Identifier: ISC */
#include "../tap.h"
#include "fake_conn.h"
#include "imap/internal.h"
#include "imap/way.h"

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
	enum way_result result;
	const char *sent;
	const char *refusal, *reason, *error; /* or NULL */
};

static const struct example examples[] = {
	{"LOGIN", "", WAY_OWN, false,
	 "* CAPABILITY X\r\nP1 OK [CAPABILITY IMAP4rev1] in\r\n", WAY_IN,
	 "P1 LOGIN \"me\" \"pencil\"\r\n", NULL, NULL, NULL},
	{"LOGIN, refused", "", WAY_OWN, false,
	 "P1 NO [AUTHENTICATIONFAILED] no pencil here\r\n", WAY_REFUSED,
	 "P1 LOGIN \"me\" \"pencil\"\r\n",
	 "NO [AUTHENTICATIONFAILED] no ****** here", NULL, NULL},
	{"K20: LOGINDISABLED", "LOGINDISABLED", WAY_OWN, false, "", WAY_CANNOT,
	 "", NULL, NULL, "does not take LOGIN"},
	{"LOGIN, and a challenge", "", WAY_OWN, false, "+ \r\n", WAY_BROKEN,
	 "P1 LOGIN \"me\" \"pencil\"\r\n", NULL, NULL,
	 "LOGIN gets a challenge"},
	{"LOGIN, and BYE", "", WAY_OWN, false, "* BYE pencil\r\n", WAY_REFUSED,
	 "P1 LOGIN \"me\" \"pencil\"\r\n", "BYE ******", NULL, NULL},
	{"PLAIN with SASL-IR", "SASL-IR", SASL_PLAIN, false, "P1 OK\r\n",
	 WAY_IN, "P1 AUTHENTICATE PLAIN AG1lAHBlbmNpbA==\r\n", NULL, NULL,
	 NULL},
	{"PLAIN without", "", SASL_PLAIN, false, "+ \r\n* OK x\r\nP1 OK\r\n",
	 WAY_IN, "P1 AUTHENTICATE PLAIN\r\nAG1lAHBlbmNpbA==\r\n", NULL, NULL,
	 NULL},
	{"PLAIN on its own line, as is wished", "SASL-IR", SASL_PLAIN, true,
	 "+\r\nP1 BAD AG1lAHBlbmNpbA==\r\n", WAY_REFUSED,
	 "P1 AUTHENTICATE PLAIN\r\nAG1lAHBlbmNpbA==\r\n",
	 "BAD ****************", NULL, NULL},
	{"K2: Coremail", "SASL-IR X-CM-EXT-1", SASL_PLAIN, false,
	 "+ \r\nP1 OK\r\n", WAY_IN,
	 "P1 AUTHENTICATE PLAIN\r\nAG1lAHBlbmNpbA==\r\n", NULL, NULL, NULL},
	{"a token that is refused", "SASL-IR", SASL_XOAUTH2, false,
	 "+ eyJzdGF0dXMiOiI0MDAifQ==\r\nP1 NO sorry\r\n", WAY_REFUSED,
	 "P1 AUTHENTICATE XOAUTH2 "
	 "dXNlcj1tZQFhdXRoPUJlYXJlciBwZW5jaWwBAQ==\r\n\r\n",
	 "NO sorry", "{\"status\":\"400\"}", NULL},
	{"CRAM-MD5", "", SASL_CRAM_MD5, false, "+ PDFAYj4=\r\nP1 OK\r\n",
	 WAY_IN,
	 "P1 AUTHENTICATE CRAM-MD5\r\n"
	 "bWUgODk0NGRmZTgxNTM1YzBkNzVkM2I2ZmM1MGJhNjY1Yzg=\r\n",
	 NULL, NULL, NULL},
	{"a challenge that is none", "", SASL_CRAM_MD5, false,
	 "+ ?\r\nP1 BAD cancelled\r\n", WAY_CANNOT,
	 "P1 AUTHENTICATE CRAM-MD5\r\n*\r\n", NULL, NULL, ""},
	{"a server that proves nothing", "SASL-IR", SASL_SCRAM_SHA_256, false,
	 "P1 OK\r\n", WAY_FALSE,
	 "P1 AUTHENTICATE SCRAM-SHA-256 biwsbj1tZSxyPXI=\r\n", NULL, NULL, ""},
	{"a command that was not given", "", SASL_PLAIN, false, "P2 OK\r\n",
	 WAY_BROKEN, "P1 AUTHENTICATE PLAIN\r\n", NULL, NULL, "was not given"},
};

static void test_example(const struct example *e)
{
	struct conn conn;
	struct imap *i;
	struct way_try t = {
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

/* The trace of a whole login. */
static void trace_sent(char direction, struct slice text)
{
	if (direction == '>')
		trace(direction, text);
}

#define ALL   "IMAP4rev1 SASL-IR ID ENABLE UTF8=ACCEPT LITERAL+ "
#define HELLO "* OK [CAPABILITY " ALL
#define BEHIND                                                                 \
	">P2 CAPABILITY|>P3 ID (\"name\" \"postroom\")|>P4 ENABLE UTF8=ACCEPT|"

/* The answers to that; it can do less now. */
#define ANSWERS                                                                \
	"* CAPABILITY IMAP4rev1\r\nP2 OK done\r\n* ID NIL\r\nP3 OK\r\n"        \
	"* ENABLED UTF8=ACCEPT\r\nP4 OK\r\n"
#define DENIALS                                                                \
	"* CAPABILITY " ALL "AUTH=PLAIN\r\nP2 OK\r\nP3 BAD\r\nP4 BAD first\r\n"

/* A login, with the password or token "pencil" if there is no other. */
struct session {
	const char *name;

	enum { CLEAR = 0, TLS = 1, TOKEN = 2 } how;
	enum auth_mode auth;
	const char *host, *secret; /* NULL: example.org, pencil */
	const char *input, *again; /* on a second connection, or NULL */
	enum error_kind result;
	const char *sent;
	const char *said[2]; /* both are in the error */
};

static const struct session sessions[] = {
	{"one write",
	 TLS,
	 AUTH_AUTO,
	 NULL,
	 NULL,
	 HELLO "AUTH=PLAIN] hi\r\nP1 OK in\r\n" ANSWERS,
	 NULL,
	 ERR_NONE,
	 ">P1 AUTHENTICATE PLAIN ***|" BEHIND,
	 {"", ""}},
	{"in clear, one by one",
	 CLEAR,
	 AUTH_AUTO,
	 NULL,
	 NULL,
	 HELLO "AUTH=PLAIN] hi\r\nP1 OK in\r\n"
	       "* CAPABILITY IMAP4rev1\r\nP2 OK\r\n",
	 NULL,
	 ERR_NONE,
	 ">P1 AUTHENTICATE PLAIN ***|>P2 CAPABILITY|",
	 {"", ""}},
	{"a server that says what it can do with the login",
	 CLEAR,
	 AUTH_AUTO,
	 NULL,
	 NULL,
	 HELLO "AUTH=PLAIN] hi\r\nP1 OK [CAPABILITY IMAP4rev1 ID] in\r\n"
	       "P2 NO\r\n",
	 NULL,
	 ERR_NONE,
	 ">P1 AUTHENTICATE PLAIN ***|>P2 ID (\"name\" \"postroom\")|",
	 {"", ""}},
	{"a greeting without capabilities",
	 TLS,
	 AUTH_AUTO,
	 NULL,
	 NULL,
	 "* OK hi\r\n* CAPABILITY IMAP4rev1\r\nP1 OK\r\nP2 OK in\r\n"
	 "* CAPABILITY IMAP4rev1\r\nP3 OK\r\n",
	 NULL,
	 ERR_NONE,
	 ">P1 CAPABILITY|>P2 LOGIN ***|>P3 CAPABILITY|",
	 {"", ""}},
	{"a wrong password: all answers are read, nothing follows",
	 TLS,
	 AUTH_AUTO,
	 NULL,
	 NULL,
	 HELLO "AUTH=PLAIN AUTH=LOGIN] hi\r\n"
	       "P1 NO [AUTHENTICATIONFAILED] no pencil\r\n" DENIALS,
	 NULL,
	 ERR_PERSON,
	 ">P1 AUTHENTICATE PLAIN ***|" BEHIND,
	 {"refused the login of me: \"NO [AUTHENTICATIONFAILED] no ******\"",
	  "check user and password"}},
	{"a way that is refused: the next one",
	 TLS,
	 AUTH_AUTO,
	 NULL,
	 NULL,
	 HELLO "AUTH=PLAIN] hi\r\n"
	       "P1 NO mechanism disabled\r\n" DENIALS
	       "+ \r\nP5 NO mechanism disabled\r\nP6 OK in\r\n"
	       "* CAPABILITY X\r\nP7 OK\r\nP8 OK\r\nP9 OK\r\n",
	 NULL,
	 ERR_NONE,
	 ">P1 AUTHENTICATE PLAIN ***|" BEHIND
	 ">P5 AUTHENTICATE PLAIN|>***|>P6 LOGIN ***|>P7 CAPABILITY|"
	 ">P8 ID (\"name\" \"postroom\")|>P9 ENABLE UTF8=ACCEPT|",
	 {"", ""}},
	{"BAD to a first response: without it",
	 TLS,
	 AUTH_AUTO,
	 NULL,
	 NULL,
	 HELLO
	 "AUTH=PLAIN] hi\r\nP1 BAD Request not ending with \\r\\n\r\n" DENIALS
	 "+ \r\nP5 OK [CAPABILITY X] in\r\n",
	 NULL,
	 ERR_NONE,
	 ">P1 AUTHENTICATE PLAIN ***|" BEHIND ">P5 AUTHENTICATE PLAIN|>***|",
	 {"", ""}},
	{"BAD that is temporary",
	 TLS,
	 AUTH_AUTO,
	 NULL,
	 NULL,
	 HELLO "AUTH=PLAIN] hi\r\n"
	       "P1 BAD User is authenticated but not connected.\r\n" DENIALS,
	 NULL,
	 ERR_TEMPORARY,
	 ">P1 AUTHENTICATE PLAIN ***|" BEHIND,
	 {"refuses logins at the moment", "will be tried again"}},
	{"K13: a server that wants time",
	 TLS,
	 AUTH_AUTO,
	 NULL,
	 NULL,
	 HELLO "AUTH=PLAIN] hi\r\n"
	       "P1 BAD Request is throttled. Suggested Backoff Time: 299961 "
	       "milliseconds\r\n" DENIALS,
	 NULL,
	 ERR_TEMPORARY,
	 ">P1 AUTHENTICATE PLAIN ***|" BEHIND,
	 {"refuses logins at the moment", ""}},
	{"a server that takes a command for a response",
	 TLS,
	 AUTH_AUTO,
	 NULL,
	 NULL,
	 HELLO "AUTH=PLAIN] hi\r\n+ \r\nP1 BAD base64\r\nP3 BAD\r\nP4 BAD\r\n"
	       "+ \r\nP5 OK [CAPABILITY X] in\r\n",
	 NULL,
	 ERR_NONE,
	 ">P1 AUTHENTICATE PLAIN ***|" BEHIND ">P5 AUTHENTICATE PLAIN|>***|",
	 {"", ""}},
	{"a token in flight",
	 TOKEN | TLS,
	 AUTH_AUTO,
	 NULL,
	 NULL,
	 HELLO "AUTH=PLAIN AUTH=XOAUTH2] hi\r\nP1 OK\r\n" ANSWERS,
	 NULL,
	 ERR_NONE,
	 ">P1 AUTHENTICATE XOAUTH2 ***|" BEHIND,
	 {"", ""}},
	{"a token that is refused in flight",
	 TOKEN | TLS,
	 AUTH_AUTO,
	 NULL,
	 NULL,
	 HELLO
	 "AUTH=XOAUTH2] hi\r\n+ eyJzdGF0dXMiOiI0MDAifQ==\r\n"
	 "P1 NO [ALERT] Invalid base64 in response\r\nP3 OK\r\nP4 BAD\r\n",
	 NULL,
	 ERR_PERSON,
	 ">P1 AUTHENTICATE XOAUTH2 ***|" BEHIND,
	 {"refused the token of me", "(status 400); check token-command"}},
	{"a token that is refused, and one command in flight",
	 TOKEN | TLS,
	 AUTH_AUTO,
	 NULL,
	 NULL,
	 "* OK [CAPABILITY SASL-IR AUTH=XOAUTH2] hi\r\n"
	 "+ eyJzdGF0dXMiOiI0MDAifQ==\r\nP1 BAD no\r\n",
	 NULL,
	 ERR_PERSON,
	 ">P1 AUTHENTICATE XOAUTH2 ***|>P2 CAPABILITY|",
	 {"refused the token of me", "(status 400)"}},
	{"an answer that comes late",
	 TLS,
	 AUTH_AUTO,
	 NULL,
	 NULL,
	 "* OK [CAPABILITY SASL-IR AUTH=PLAIN] hi\r\n"
	 "+ \r\nP1 BAD no\r\nP2 OK late\r\n+ \r\nP3 OK [CAPABILITY X]\r\n",
	 NULL,
	 ERR_NONE,
	 ">P1 AUTHENTICATE PLAIN ***|>P2 CAPABILITY|"
	 ">P3 AUTHENTICATE PLAIN|>***|",
	 {"", ""}},
	{"a token that is refused in clear",
	 TOKEN,
	 AUTH_AUTO,
	 NULL,
	 NULL,
	 HELLO "AUTH=OAUTHBEARER] hi\r\n+ eyJzdGF0dXMiOiI0MDAifQ==\r\n"
	       "P1 NO no\r\n",
	 NULL,
	 ERR_PERSON,
	 ">P1 AUTHENTICATE OAUTHBEARER ***|>***|",
	 {"refused the token of me", "(status 400)"}},
	{"no way for a token",
	 TOKEN | TLS,
	 AUTH_AUTO,
	 NULL,
	 NULL,
	 HELLO "AUTH=PLAIN AUTH=GSSAPI] hi\r\n",
	 NULL,
	 ERR_PERSON,
	 "",
	 {"OAuth2 token", "it offers PLAIN, GSSAPI, LOGIN."}},
	{"nothing behind a challenge",
	 TLS,
	 AUTH_AUTO,
	 NULL,
	 NULL,
	 HELLO "AUTH=SCRAM-SHA-256 LOGINDISABLED] hi\r\n"
	       "P1 NO [AUTHENTICATIONFAILED] no\r\n",
	 NULL,
	 ERR_PERSON,
	 ">P1 AUTHENTICATE SCRAM-SHA-256 ***|",
	 {"refused the login", ""}},
	{"Coremail, by its name",
	 TLS,
	 AUTH_AUTO,
	 "imap.163.com",
	 NULL,
	 HELLO "AUTH=PLAIN] hi\r\n+ \r\nP1 OK\r\n* CAPABILITY ID\r\nP2 OK\r\n"
	       "P3 OK\r\n",
	 NULL,
	 ERR_NONE,
	 ">P1 AUTHENTICATE PLAIN|>***|>P2 CAPABILITY|"
	 ">P3 ID (\"name\" \"postroom\")|",
	 {"", ""}},
	{"Coremail, by its capabilities",
	 TLS,
	 AUTH_AUTO,
	 NULL,
	 NULL,
	 "* OK [CAPABILITY X-CM-EXT-1 SASL-IR ID] hi\r\nP1 OK\r\n"
	 "* CAPABILITY X-CM-EXT-1 ID\r\nP2 OK\r\nP3 OK\r\n",
	 NULL,
	 ERR_NONE,
	 ">P1 LOGIN ***|>P2 CAPABILITY|>P3 ID (\"name\" \"postroom\")|",
	 {"", ""}},
	{"no login in clear",
	 CLEAR,
	 AUTH_AUTO,
	 NULL,
	 NULL,
	 "* OK [CAPABILITY STARTTLS LOGINDISABLED] hi\r\n",
	 NULL,
	 ERR_PERSON,
	 "",
	 {"takes no login without TLS", "set tls = starttls"}},
	{"nothing for a password",
	 TLS,
	 AUTH_AUTO,
	 NULL,
	 NULL,
	 "* OK [CAPABILITY LOGINDISABLED AUTH=GSSAPI] hi\r\n",
	 NULL,
	 ERR_PERSON,
	 "",
	 {"only GSSAPI; nothing was sent", ""}},
	{"LOGIN that is disabled, by auth = user",
	 TLS,
	 AUTH_USER,
	 NULL,
	 NULL,
	 "* OK [CAPABILITY LOGINDISABLED] hi\r\n",
	 NULL,
	 ERR_PERSON,
	 "",
	 {"cannot log in to example.org: it does not take LOGIN", ""}},
	{"auth = apop",
	 TLS,
	 AUTH_APOP,
	 NULL,
	 NULL,
	 "* OK [CAPABILITY IMAP4rev1] hi\r\n",
	 NULL,
	 ERR_PERSON,
	 "",
	 {"IMAP has no APOP", ""}},
	{"auth = login: the mechanism",
	 TLS,
	 AUTH_LOGIN,
	 NULL,
	 NULL,
	 "* OK [CAPABILITY SASL-IR AUTH=LOGIN] hi\r\n+ \r\n+ \r\n"
	 "P1 OK [CAPABILITY X] in\r\n",
	 NULL,
	 ERR_NONE,
	 ">P1 AUTHENTICATE LOGIN|>***|>***|",
	 {"", ""}},
	{"K21: PREAUTH",
	 TLS,
	 AUTH_AUTO,
	 NULL,
	 NULL,
	 "* PREAUTH [CAPABILITY IMAP4rev1] in\r\n* CAPABILITY X\r\nP1 OK\r\n",
	 NULL,
	 ERR_NONE,
	 ">P1 CAPABILITY|",
	 {"", ""}},
	{"BYE for a greeting",
	 TLS,
	 AUTH_AUTO,
	 NULL,
	 NULL,
	 "* BYE Too many connections\r\n",
	 NULL,
	 ERR_TEMPORARY,
	 "",
	 {"refuses logins at the moment: \"BYE Too many", ""}},
	{"BYE for a greeting, to somebody who is barred",
	 TLS,
	 AUTH_AUTO,
	 NULL,
	 NULL,
	 "* BYE your IP address is blacklisted\r\n",
	 NULL,
	 ERR_PERSON,
	 "",
	 {"refuses connections", "blacklisted"}},
	{"a greeting that is none",
	 TLS,
	 AUTH_AUTO,
	 NULL,
	 NULL,
	 "* CAPABILITY IMAP4rev1\r\n",
	 NULL,
	 ERR_TEMPORARY,
	 "",
	 {"does not greet", ""}},
	{"BYE that is about the password",
	 CLEAR,
	 AUTH_AUTO,
	 NULL,
	 NULL,
	 "* OK [CAPABILITY X] hi\r\n* BYE wrong password\r\n",
	 NULL,
	 ERR_PERSON,
	 ">P1 LOGIN ***|",
	 {"refused the login of me: \"BYE wrong password\"", ""}},
	{"BYE that is not",
	 CLEAR,
	 AUTH_AUTO,
	 NULL,
	 NULL,
	 "* OK [CAPABILITY X] hi\r\n* BYE farewell\r\n",
	 NULL,
	 ERR_TEMPORARY,
	 ">P1 LOGIN ***|",
	 {"refuses logins at the moment", "farewell"}},
	{"a refusal, then BYE",
	 TLS,
	 AUTH_AUTO,
	 NULL,
	 NULL,
	 HELLO "] hi\r\nP1 NO Basic authentication is disabled.\r\n"
	       "* BYE bye\r\n",
	 NULL,
	 ERR_PERSON,
	 ">P1 LOGIN ***|" BEHIND,
	 {"Basic authentication is disabled", ""}},
	{"a server that leaves at what was in flight",
	 TLS,
	 AUTH_AUTO,
	 NULL,
	 NULL,
	 HELLO "AUTH=PLAIN] hi\r\n",
	 HELLO "AUTH=PLAIN] hi\r\nP5 OK [CAPABILITY X] in\r\n",
	 ERR_NONE,
	 ">P1 AUTHENTICATE PLAIN ***|" BEHIND ">P5 AUTHENTICATE PLAIN ***|",
	 {"", ""}},
	{"a server that leaves at an unknown mechanism",
	 CLEAR,
	 AUTH_AUTO,
	 NULL,
	 NULL,
	 "* OK [CAPABILITY AUTH=PLAIN] hi\r\n",
	 "* OK [CAPABILITY AUTH=PLAIN] hi\r\nP2 OK [CAPABILITY X] in\r\n",
	 ERR_NONE,
	 ">P1 AUTHENTICATE PLAIN|>P2 LOGIN ***|",
	 {"", ""}},
	{"a password that is not ASCII, without LITERAL+",
	 TLS,
	 AUTH_AUTO,
	 NULL,
	 "pencil\xc3\xa9",
	 "* OK [CAPABILITY X] hi\r\n+ go on\r\nP1 OK [CAPABILITY X] in\r\n",
	 NULL,
	 ERR_NONE,
	 ">P1 LOGIN ***|>***|",
	 {"", ""}},
	{"a literal that is refused",
	 TLS,
	 AUTH_AUTO,
	 NULL,
	 "pencil\xc3\xa9",
	 "* OK [CAPABILITY X] hi\r\nP1 NO no literals\r\n",
	 NULL,
	 ERR_PERSON,
	 ">P1 LOGIN ***|",
	 {"no literals", ""}},
	{"a control character, with LITERAL-",
	 CLEAR,
	 AUTH_AUTO,
	 NULL,
	 "pencil\001",
	 "* OK [CAPABILITY LITERAL-] hi\r\nP1 OK [CAPABILITY X]\r\n",
	 NULL,
	 ERR_NONE,
	 ">P1 LOGIN ***|",
	 {"", ""}},
	{"a control character, without",
	 CLEAR,
	 AUTH_AUTO,
	 NULL,
	 "pencil\001",
	 "* OK [CAPABILITY X] hi\r\n+ \r\nP1 OK [CAPABILITY X]\r\n",
	 NULL,
	 ERR_NONE,
	 ">P1 LOGIN ***|>***|",
	 {"", ""}},
	{"one with LITERAL+",
	 TLS,
	 AUTH_AUTO,
	 NULL,
	 "pencil\xc3\xa9",
	 "* OK [CAPABILITY LITERAL+] hi\r\nP1 OK in\r\n"
	 "* CAPABILITY X\r\nP2 OK\r\n",
	 NULL,
	 ERR_NONE,
	 ">P1 LOGIN ***|>P2 CAPABILITY|",
	 {"", ""}},
};

static void test_session(const struct session *s)
{
	static char user[] = "me";
	char host[64] = "example.org";
	struct conn conn, again;
	struct account account = {
		.host = host,
		.port = 993,
		.protocol = PROTOCOL_IMAP,
		.auth = s->auth,
		.user = user,
	};
	struct conn_secret secret = {
		.text = s->secret != NULL ? s->secret : "pencil",
		.is_token = (s->how & TOKEN) != 0,
	};
	struct error err = ERROR_INIT;
	struct imap *i;

	shown[0] = '\0';
	if (s->host != NULL)
		(void)snprintf(host, sizeof(host), "%s", s->host);
	fake_conn_init(&conn, slice_str(s->input), 0);
	fake_conn_init(&again, slice_str(s->again == NULL ? "" : s->again), 0);
	conn.is_encrypted = again.is_encrypted = (s->how & TLS) != 0;
	fake_next = s->again == NULL ? NULL : &again;
	i = imap_new(&conn, trace_sent, true);
	is_int(s->result == ERR_NONE ? 0 : -1,
	       imap_login(i, &account, &secret, &err), s->name);
	if (s->result != ERR_NONE)
		is_int(s->result, err.kind, err.text);
	is_str(s->sent, shown, "what is sent");
	for (size_t k = 0; k < 2; k++)
		ok(s->result == ERR_NONE ||
			   strstr(err.text, s->said[k]) != NULL,
		   s->said[k]);
	ok(strstr(shown, "pencil") == NULL &&
		   strstr(err.text, "pencil") == NULL,
	   "no secret is shown");
	is_int(0, (long long)i->wire.secret.len, "and none is kept");
	is_int(strstr(s->input, "Backoff") != NULL ? 300 : 0, imap_wait(i),
	       "the time that it wants");
	imap_close(i);
}

int main(void)
{
	for (size_t k = 0; k < sizeof(examples) / sizeof(examples[0]); k++)
		test_example(&examples[k]);
	for (size_t k = 0; k < sizeof(sessions) / sizeof(sessions[0]); k++)
		test_session(&sessions[k]);
	return done_testing();
}
