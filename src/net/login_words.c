/* SPDX-License-Identifier: ISC */
#include "net/login_words.h"

#include <string.h>

#include "util/json.h"

#include "util/banned.h"

/* Bytes of a server's words that are shown. */
#define WORDS_SHOWN 200

bool login_has_secret(const struct conn_secret *secret)
{
	return secret->text != NULL && secret->text[0] != '\0';
}

bool login_by_certificate(const struct account *a,
			  const struct conn_secret *secret)
{
	return a->auth == AUTH_EXTERNAL ||
	       (a->auth == AUTH_AUTO && a->tls_client_cert != NULL &&
		!login_has_secret(secret));
}

/* No command can carry the end of a line. */
static bool is_one_line(const char *text)
{
	return strpbrk(text, "\r\n") == NULL;
}

int login_check(const struct account *account, const struct conn_secret *secret,
		struct error *err)
{
	const char *what = secret->is_token ? "token" : "password";

	/* The name may be in the certificate alone. */
	if (account->user == NULL ||
	    (account->user[0] == '\0' && account->auth != AUTH_EXTERNAL))
		return error_set(err, ERR_PERSON,
				 "this account has no user to log in with; "
				 "nothing was sent");
	if (!is_one_line(account->user))
		return error_set(err, ERR_PERSON,
				 "the user of this account has the end of a "
				 "line in its name; nothing was sent");
	if (login_by_certificate(account, secret))
		return 0;
	if (!login_has_secret(secret))
		return error_set(err, ERR_PERSON,
				 "the %s of this account is empty; nothing was "
				 "sent",
				 what);
	if (!is_one_line(secret->text))
		return error_set(err, ERR_PERSON,
				 "the %s of this account has more than one "
				 "line; nothing was sent",
				 what);
	return 0;
}

const char *login_server(const struct login *l)
{
	return l->account->provider != NULL ? l->account->provider
					    : l->account->host;
}

int login_not_now(const struct login *l, struct slice line, struct error *err)
{
	return error_set(err, ERR_TEMPORARY,
			 "%s refuses logins at the moment: \"%.*s\"; will be "
			 "tried again",
			 l->account->host,
			 line.len > WORDS_SHOWN ? WORDS_SHOWN : (int)line.len,
			 line.p);
}

int login_turned_away(const struct login *l, struct slice line,
		      struct error *err)
{
	struct refusal r;

	refusal_read(line, login_server(l), &r);
	if (r.kind != REFUSAL_PERSON)
		return login_not_now(l, line, err);
	return error_set(
		err, ERR_PERSON, "%s refuses connections: \"%.*s\"%s%s",
		l->account->host,
		line.len > WORDS_SHOWN ? WORDS_SHOWN : (int)line.len, line.p,
		r.advice == NULL ? "" : "; ", r.advice == NULL ? "" : r.advice);
}

/* " (status 400, schemes Bearer)", or the words as they came. */
static void add_reason(struct buf *out, const char *reason)
{
	static const char *const keys[] = {"status", "schemes", "scope"};
	struct json *o = json_parse(slice_str(reason));
	struct buf text = BUF_INIT(WAY_WORDS_MAX);

	for (size_t i = 0; o != NULL && i < sizeof(keys) / sizeof(keys[0]);
	     i++) {
		size_t before = text.len;

		buf_addf(&text, "%s%s ", before == 0 ? "" : ", ", keys[i]);
		if (!json_add_member(o, keys[i], &text))
			buf_truncate(&text, before);
	}
	if (o != NULL)
		json_free(o);
	if (text.len > 0)
		buf_addf(out, " (%s)", text.s);
	else if (reason[0] != '\0')
		buf_addf(out, " (%s)", reason);
	buf_release(&text);
}

/* The advice; "" if the server has given it. */
static const char *advise(unsigned way, const struct refusal *r)
{
	/* The advice about a password is none about a token. */
	if (r->kind != REFUSAL_PERSON && way_proof(way) == SASL_TOKEN)
		return "check token-command, and what the token is for";
	if (r->kind != REFUSAL_PERSON && way_proof(way) == SASL_NOTHING)
		return "check user and tls-client-cert of this account";
	if (r->advice != NULL)
		return r->advice;
	return r->kind == REFUSAL_PERSON
		       ? ""
		       : "check user and password of this account";
}

static const char *way_name(const struct login *l, unsigned way)
{
	if (way == WAY_APOP)
		return "APOP";
	return way == WAY_OWN ? l->protocol->own_name
			      : sasl_name((enum sasl_mechanism)way);
}

void login_explain(struct login *l, unsigned way, const struct refusal *r)
{
	struct buf reason = BUF_INIT(WORDS_SHOWN);
	const char *text = l->next.refusal;
	const char *advice = advise(way, r);

	add_reason(&reason, l->next.reason);
	if (r->kind == REFUSAL_WAY)
		(void)error_set(&l->last, ERR_PERSON,
				"%s refused %s, its way to log in: \"%.*s\"%s",
				l->account->host, way_name(l, way), WORDS_SHOWN,
				text, reason.s);
	else
		(void)error_set(&l->last, ERR_PERSON,
				"%s refused the %s of %s: \"%.*s\"%s%s%s",
				l->account->host,
				way_proof(way) == SASL_TOKEN ? "token"
							     : "login",
				l->account->user, WORDS_SHOWN, text, reason.s,
				advice[0] == '\0' ? "" : "; ", advice);
	buf_release(&reason);
}

int login_no_way(const struct login *l, struct error *err)
{
	const char *names = l->offer.names;
	const struct conn_secret *s = l->secret;

	if (l->offer.wants_tls)
		return error_set(err, ERR_PERSON,
				 "%s takes no login without TLS; nothing was "
				 "sent; set tls = starttls, or implicit with "
				 "its port",
				 l->account->host);
	if (s->is_token)
		return error_set(
			err, ERR_PERSON,
			"%s offers no way to log in with an OAuth2 token "
			"(XOAUTH2, OAUTHBEARER); it offers %s. Nothing was "
			"sent; use a password instead of token-command, or set "
			"auth",
			l->account->host, names[0] == '\0' ? "nothing" : names);
	return error_set(err, ERR_PERSON,
			 "%s offers no way to log in with a %s, only %s; "
			 "nothing was sent%s",
			 l->account->host,
			 login_by_certificate(l->account, s)
				 ? "client certificate"
				 : "password",
			 names[0] == '\0' ? "others" : names,
			 login_by_certificate(l->account, s)
				 ? ""
				 : ". Set token-command, which gives an OAuth2 "
				   "token");
}
