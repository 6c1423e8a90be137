/* SPDX-License-Identifier: ISC */
/* Mechanisms: the examples of their RFCs, and servers that do not follow. */
#include "../tap.h"
#include "net/sasl.h"
#include "util/base64.h"

/* One exchange; its texts are as before base64. */
struct exchange {
	struct sasl *sasl;
	struct buf raw; /* our last response, decoded */
	struct error err;
};

static void begin(struct exchange *x, enum sasl_mechanism m,
		  const struct sasl_login *login)
{
	memset(x, 0, sizeof(*x));
	buf_init(&x->raw, SASL_RESPONSE_MAX);
	x->sasl = sasl_new(m, login);
}

static void end(struct exchange *x)
{
	sasl_free(x->sasl);
	buf_release(&x->raw);
}

static void decode(struct exchange *x, const struct buf *response)
{
	buf_clear(&x->raw);
	if (!base64_decode(buf_slice(response), &x->raw))
		buf_addslice(&x->raw, buf_slice(response));
}

static bool first(struct exchange *x)
{
	struct buf response = BUF_INIT(SASL_RESPONSE_MAX);
	bool done = sasl_first(x->sasl, &response);

	decode(x, &response);
	buf_release(&response);
	return done;
}

static enum sasl_result step_text(struct exchange *x, struct slice challenge)
{
	struct buf response = BUF_INIT(SASL_RESPONSE_MAX);
	enum sasl_result result =
		sasl_step(x->sasl, challenge, &response, &x->err);

	decode(x, &response);
	buf_release(&response);
	return result;
}

static enum sasl_result step(struct exchange *x, const char *challenge)
{
	struct buf text = BUF_INIT(SASL_CHALLENGE_MAX);
	enum sasl_result result;

	base64_encode(slice_str(challenge), &text);
	result = step_text(x, buf_slice(&text));
	buf_release(&text);
	return result;
}

static struct sasl_login login_of(const char *user, const char *secret)
{
	struct sasl_login login = {
		.user = slice_str(user),
		.secret = slice_str(secret),
		.host = "server.example.com",
		.port = 143,
	};

	return login;
}

#define SCRAM_1_SERVER                                                         \
	"r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,"                        \
	"s=QSXCR+Q6sek8bf92,i=4096"
#define SCRAM_256_SERVER                                                       \
	"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"                \
	"s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
#define SCRAM_256_END "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="

/* RFC 5802, 5, and RFC 7677, 3. */
static void test_scram(void)
{
	struct sasl_login login = login_of("user", "pencil");
	struct exchange x;

	login.nonce = "fyko+d2lbbFgONRv9qkxdawL";
	begin(&x, SASL_SCRAM_SHA_1, &login);
	ok(first(&x), "SCRAM-SHA-1 begins");
	is_slice("n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL", buf_slice(&x.raw),
		 "as in RFC 5802");
	is_int(SASL_RESPOND, step(&x, SCRAM_1_SERVER), "and answers");
	is_slice("c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,"
		 "p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
		 buf_slice(&x.raw), "as in RFC 5802");
	is_int(SASL_RESPOND, step(&x, "v=rmF9pqV8S7suAoZWja4dJRkFsKQ="),
	       "the server has proved it, too");
	is_slice("", buf_slice(&x.raw), "nothing is left to say");
	is_int(SASL_RESPOND, sasl_end(x.sasl, &x.err), "the end");
	is_int(SASL_CANNOT, step(&x, "v=rmF9pqV8S7suAoZWja4dJRkFsKQ="),
	       "no more questions");
	end(&x);

	login.nonce = "rOprNGfwEbeRWgbNEkqO";
	begin(&x, SASL_SCRAM_SHA_256, &login);
	ok(first(&x), "SCRAM-SHA-256 begins");
	is_slice("n,,n=user,r=rOprNGfwEbeRWgbNEkqO", buf_slice(&x.raw),
		 "as in RFC 7677");
	is_int(SASL_RESPOND, step(&x, SCRAM_256_SERVER), "and answers");
	is_slice("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
		 "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
		 buf_slice(&x.raw), "as in RFC 7677");
	is_int(SASL_RESPOND, step(&x, SCRAM_256_END), "the server has it, too");
	is_int(SASL_RESPOND, sasl_end(x.sasl, &x.err), "the end");
	end(&x);
}

/* Where the server ignores what came with AUTH, it gets the same again. */
static void test_first_twice(void)
{
	struct sasl_login login = login_of("user", "pencil");
	struct exchange x;

	login.nonce = "rOprNGfwEbeRWgbNEkqO";
	begin(&x, SASL_SCRAM_SHA_256, &login);
	ok(first(&x), "a first message");
	is_int(SASL_RESPOND, step(&x, ""), "is asked for again");
	is_slice("n,,n=user,r=rOprNGfwEbeRWgbNEkqO", buf_slice(&x.raw),
		 "the same");
	is_int(SASL_RESPOND, step(&x, SCRAM_256_SERVER), "and it goes on");
	is_int(SASL_RESPOND, step(&x, SCRAM_256_END), "to the end");
	end(&x);

	begin(&x, SASL_PLAIN, &login);
	ok(first(&x), "PLAIN begins");
	is_int(SASL_RESPOND, step(&x, ""), "is asked again");
	is_int(SASL_CANNOT, step(&x, ""), "but not for ever");
	end(&x);
}

static void test_false_server(void)
{
	static const char server[] = SCRAM_256_SERVER;
	static const char *const ends[] = {
		"v=AAAATRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
		"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4",
		"v=6rriTRBi23WpRR/wtup+mMhUZUn/",
		"v=",
		"",
		"x",
		server,
	};
	struct sasl_login login = login_of("user", "pencil");
	struct exchange x;

	login.nonce = "rOprNGfwEbeRWgbNEkqO";
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		begin(&x, SASL_SCRAM_SHA_256, &login);
		(void)first(&x);
		(void)step(&x, SCRAM_256_SERVER);
		is_int(SASL_FALSE, step(&x, ends[i]), "J7: a false proof");
		is_int(ERR_PERSON, x.err.kind, "is a matter for a person");
		is_int(SASL_FALSE, sasl_end(x.sasl, &x.err), "and no end");
		end(&x);
	}
	begin(&x, SASL_SCRAM_SHA_256, &login);
	(void)first(&x);
	is_int(SASL_FALSE, sasl_end(x.sasl, &x.err), "an end without a word");
	(void)step(&x, SCRAM_256_SERVER);
	is_int(SASL_FALSE, sasl_end(x.sasl, &x.err), "or without a proof");
	is_int(SASL_RESPOND, step(&x, "e=invalid-proof"), "an error");
	is_slice("invalid-proof", sasl_reason(x.sasl), "has its words");
	is_int(SASL_FALSE, sasl_end(x.sasl, &x.err), "and is no end");
	end(&x);
	begin(&x, SASL_SCRAM_SHA_256, &login);
	(void)first(&x);
	(void)step(&x, SCRAM_256_SERVER);
	(void)step(&x, "e=");
	(void)step(&x, "e=");
	is_int(SASL_CANNOT, step(&x, "e="), "nor one that comes for ever");
	end(&x);
}

static void test_bad_challenges(void)
{
#define NONCE "r=rOprNGfwEbeRWgbNEkqO"
	static const char *const challenges[] = {
		"r=other,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
		NONCE ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
		NONCE "x,s=,i=4096",
		NONCE "x,s=W22ZaJ0SNY7soEsUEjb6gQ=,i=4096",
		NONCE "x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4095",
		NONCE "x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=-4096",
		NONCE "x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=2000001",
		NONCE "x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=99999999999999999999",
		NONCE "x,s=W22ZaJ0SNY7soEsUEjb6gQ==",
		NONCE "x,i=4096,s=W22ZaJ0SNY7soEsUEjb6gQ==",
		"m=later," NONCE "x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
		"x",
		",,,",
	};
	struct sasl_login login = login_of("user", "pencil");
	struct exchange x;

	login.nonce = "rOprNGfwEbeRWgbNEkqO";
	for (size_t i = 0; i < sizeof(challenges) / sizeof(challenges[0]);
	     i++) {
		begin(&x, SASL_SCRAM_SHA_256, &login);
		(void)first(&x);
		is_int(SASL_CANNOT, step(&x, challenges[i]), challenges[i]);
		is_slice("", buf_slice(&x.raw), "no answer");
		end(&x);
	}
	begin(&x, SASL_SCRAM_SHA_256, &login);
	(void)first(&x);
	is_int(SASL_CANNOT, step_text(&x, slice_str("no base64!")), "rubbish");
	end(&x);
}

static void test_plus(void)
{
	struct sasl_login login = login_of("a=b,c", "pencil");
	struct exchange x;

	begin(&x, SASL_SCRAM_SHA_256_PLUS, &login);
	ok(!first(&x), "PLUS needs a channel binding");
	end(&x);
	login.nonce = "rOprNGfwEbeRWgbNEkqO";
	login.binding = slice_str("0123456789abcdef0123456789abcdef");
	begin(&x, SASL_SCRAM_SHA_256, &login);
	ok(first(&x), "J7: a server that does not offer PLUS");
	is_slice("y,,n=a=3Db=2Cc,r=rOprNGfwEbeRWgbNEkqO", buf_slice(&x.raw),
		 "is told that we could");
	end(&x);
	begin(&x, SASL_SCRAM_SHA_256_PLUS, &login);
	ok(first(&x), "PLUS");
	is_slice("p=tls-exporter,,n=a=3Db=2Cc,r=rOprNGfwEbeRWgbNEkqO",
		 buf_slice(&x.raw), "names the kind of binding");
	is_int(SASL_RESPOND, step(&x, SCRAM_256_SERVER), "and sends it");
	ok(strncmp(x.raw.s,
		   "c=cD10bHMtZXhwb3J0ZXIsLDAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg"
		   "5YWJjZGVm,r=",
		   69) == 0,
	   "in its final message");
	end(&x);
}

static void test_plain(void)
{
	struct sasl_login login = login_of("tim", "tanstaaftanstaaf");
	struct exchange x;

	begin(&x, SASL_PLAIN, &login);
	ok(first(&x), "PLAIN");
	ok(x.raw.len == 21 &&
		   memcmp(x.raw.s, "\0tim\0tanstaaftanstaaf", 21) == 0,
	   "user and password behind NULs");
	end(&x);
	begin(&x, SASL_PLAIN, &login);
	is_int(SASL_RESPOND, step_text(&x, slice_str("say it!")),
	       "J2: PLAIN at a prompt that is not base64");
	is_int(21, x.raw.len, "says the same");
	end(&x);
	begin(&x, SASL_LOGIN, &login);
	ok(!first(&x), "LOGIN does not begin");
	end(&x);
	begin(&x, SASL_LOGIN, &login);
	is_int(SASL_RESPOND, step(&x, "User Name"), "LOGIN: first question");
	is_slice("tim", buf_slice(&x.raw), "the user");
	is_int(SASL_RESPOND, step_text(&x, slice_str("Password:")), "second");
	is_slice("tanstaaftanstaaf", buf_slice(&x.raw), "the password");
	is_int(SASL_CANNOT, step(&x, "Password:"), "not a second time");
	end(&x);
	login.secret = slice_of("a\0b", 3);
	begin(&x, SASL_PLAIN, &login);
	ok(!first(&x), "PLAIN cannot carry a NUL");
	end(&x);
}

static void test_cram(void)
{
	struct sasl_login login = login_of("tim", "tanstaaftanstaaf");
	struct exchange x;

	begin(&x, SASL_CRAM_MD5, &login);
	is_int(SASL_RESPOND,
	       step(&x, "<1896.697170952@postoffice.reston.mci.net>"),
	       "CRAM-MD5");
	is_slice("tim b913a602c7eda7a495b4e6e7334d3890", buf_slice(&x.raw),
		 "as in RFC 2195");
	is_int(SASL_CANNOT, step(&x, "<1@b>"), "once only");
	end(&x);
	begin(&x, SASL_CRAM_MD5, &login);
	is_int(SASL_CANNOT, step(&x, ""), "an empty challenge");
	end(&x);
	begin(&x, SASL_CRAM_MD5, &login);
	is_int(SASL_CANNOT, step_text(&x, slice_str("<1@b>")), "no base64");
	end(&x);
}

static void test_tokens(void)
{
	struct sasl_login login =
		login_of("user@example.com", "vF9dft4qmTc2Nvb3RlckBhdHRh"
					     "dmlzdGEuY29tCg==");
	struct exchange x;

	begin(&x, SASL_OAUTHBEARER, &login);
	ok(first(&x), "OAUTHBEARER");
	is_slice("n,a=user@example.com,\1host=server.example.com\1port=143\1"
		 "auth=Bearer vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg==\1\1",
		 buf_slice(&x.raw), "as in RFC 7628, 4.1");
	is_int(SASL_RESPOND,
	       step(&x, "{\"status\":\"invalid_token\",\"scope\":\"x\"}"),
	       "refused");
	is_slice("\1", buf_slice(&x.raw), "J4: answered as in RFC 7628, 4.3");
	is_slice("{\"status\":\"invalid_token\",\"scope\":\"x\"}",
		 sasl_reason(x.sasl), "with a reason");
	is_int(SASL_CANNOT, step(&x, "{}"), "and that is all");
	is_slice("{\"status\":\"invalid_token\",\"scope\":\"x\"}",
		 sasl_reason(x.sasl), "the reason stays");
	end(&x);

	login = login_of("someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhd"
						 "HRhdmlzdGEuY29tCg");
	begin(&x, SASL_XOAUTH2, &login);
	is_int(SASL_RESPOND, step(&x, ""), "XOAUTH2, on its own line");
	is_slice("user=someuser@example.com\1auth=Bearer "
		 "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg\1\1",
		 buf_slice(&x.raw), "as Google has it");
	is_int(SASL_RESPOND, step(&x, "{\"status\":\"401\"}"), "refused");
	is_slice("", buf_slice(&x.raw), "nothing to say");
	is_slice("{\"status\":\"401\"}", sasl_reason(x.sasl), "its reason");
	end(&x);
}

static void test_external(void)
{
	struct sasl_login login = login_of("", "");
	struct exchange x;

	begin(&x, SASL_EXTERNAL, &login);
	ok(first(&x), "EXTERNAL");
	is_slice("=", buf_slice(&x.raw), "an empty response is \"=\"");
	is_int(SASL_RESPOND, step(&x, ""), "or, at a challenge,");
	is_slice("", buf_slice(&x.raw), "an empty line");
	end(&x);
	login = login_of("fred", "");
	begin(&x, SASL_EXTERNAL, &login);
	ok(first(&x), "with a user");
	is_slice("fred", buf_slice(&x.raw), "who is named");
	end(&x);
}

static void test_limits(void)
{
	static char large[SASL_RESPONSE_MAX];
	struct sasl_login login = login_of("u", "p");
	struct exchange x;

	memset(large, 'a', sizeof(large));
	for (unsigned m = 0; m < SASL_MECHANISMS; m++) {
		login.user = slice_of(large, sizeof(large));
		begin(&x, (enum sasl_mechanism)m, &login);
		ok(!first(&x), sasl_name((enum sasl_mechanism)m));
		is_slice("", buf_slice(&x.raw), "a user who is too long");
		end(&x);
	}
	login = login_of("u", "p");
	begin(&x, SASL_CRAM_MD5, &login);
	is_int(SASL_CANNOT, step_text(&x, slice_of(large, sizeof(large))),
	       "a challenge that is too long");
	end(&x);
}

static void test_names(void)
{
	enum sasl_mechanism m;

	ok(sasl_find(slice_str("scram-sha-256-plus"), &m) &&
		   m == SASL_SCRAM_SHA_256_PLUS,
	   "names are found in any case");
	ok(!sasl_find(slice_str("GSSAPI"), &m), "GSSAPI is none of ours");
	ok(!sasl_find(SLICE_EMPTY, &m), "nothing is none");
}

int main(void)
{
	test_scram();
	test_first_twice();
	test_false_server();
	test_bad_challenges();
	test_plus();
	test_plain();
	test_cram();
	test_tokens();
	test_external();
	test_limits();
	test_names();
	return done_testing();
}
