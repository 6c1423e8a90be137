/* SPDX-License-Identifier: ISC */
#include "pop3/login.h"

#include <string.h>

#include "account/refusal.h"
#include "pop3/offer.h"
#include "pop3/way.h"
#include "util/ascii.h"
#include "util/json.h"

#include "util/banned.h"

/*
 * Providers lock accounts after some wrong passwords: no session may give the
 * password or a proof of it more often.
 */
#define GIVES_MAX 3

/* Some servers hang up at CAPA, and some after a way that they do not know. */
#define REOPENS_MAX 2

/* RFC 1939, 7: the timestamp is a msg-id; longer ones are an attack on MD5. */
#define STAMP_MAX 255

/* Bytes of a server's words that are shown. */
#define WORDS_SHOWN 200

struct login {
	struct wire *w;
	const struct account *a;
	const struct conn_secret *secret;
	struct offer offer;
	struct buf stamp; /* of the greeting */
	unsigned char binding[CONN_EXPORTER_SIZE];
	struct way_try next;
	bool tried[WAYS], hash_was_refused, shuns_capa;
	unsigned n_given, n_reopened;
	struct error last; /* why the last way failed */
};

/* Ways in order, up to WAYS. */
static const unsigned char over_tls[] = {
	SASL_SCRAM_SHA_256_PLUS,
	SASL_SCRAM_SHA_256,
	SASL_PLAIN,
	WAY_USER,
	SASL_SCRAM_SHA_1_PLUS,
	SASL_SCRAM_SHA_1,
	SASL_LOGIN,
	SASL_CRAM_MD5,
	WAYS,
};

static const unsigned char in_clear[] = {
	SASL_SCRAM_SHA_256, SASL_SCRAM_SHA_1, SASL_CRAM_MD5, SASL_PLAIN,
	WAY_USER,	    SASL_LOGIN,	      WAYS,
};

static const unsigned char for_token[] = {
	SASL_OAUTHBEARER,
	SASL_XOAUTH2,
	WAYS,
};

static const unsigned char only[][3] = {
	[AUTH_AUTO] = {WAYS},
	[AUTH_USER] = {WAY_USER, WAYS},
	[AUTH_PLAIN] = {SASL_PLAIN, WAYS},
	[AUTH_LOGIN] = {SASL_LOGIN, WAYS},
	[AUTH_CRAM_MD5] = {SASL_CRAM_MD5, WAYS},
	[AUTH_SCRAM_SHA_1] = {SASL_SCRAM_SHA_1_PLUS, SASL_SCRAM_SHA_1, WAYS},
	[AUTH_SCRAM_SHA_256] = {SASL_SCRAM_SHA_256_PLUS, SASL_SCRAM_SHA_256,
				WAYS},
	[AUTH_XOAUTH2] = {SASL_XOAUTH2, WAYS},
	[AUTH_OAUTHBEARER] = {SASL_OAUTHBEARER, WAYS},
	[AUTH_EXTERNAL] = {SASL_EXTERNAL, WAYS},
	[AUTH_APOP] = {WAY_APOP, WAYS},
};

static bool has_secret(const struct conn_secret *secret)
{
	return secret->text != NULL && secret->text[0] != '\0';
}

/* Is the client certificate all that the server wants? */
static bool by_certificate(const struct account *a,
			   const struct conn_secret *secret)
{
	return a->auth == AUTH_EXTERNAL ||
	       (a->auth == AUTH_AUTO && a->tls_client_cert != NULL &&
		!has_secret(secret));
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
	if (by_certificate(account, secret))
		return 0;
	if (!has_secret(secret))
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

static const unsigned char *order_of(const struct login *l)
{
	if (l->a->auth != AUTH_AUTO)
		return only[l->a->auth];
	if (by_certificate(l->a, l->secret))
		return only[AUTH_EXTERNAL];
	if (l->secret->is_token)
		return for_token;
	return conn_is_encrypted(l->w->conn) ? over_tls : in_clear;
}

static bool can_bind(const struct login *l)
{
	return l->next.login.binding.len > 0;
}

/*
 * With channel binding a server that offers PLUS gets nothing else of SCRAM: it
 * would take that for an attack (RFC 5802, 6).
 */
static bool is_possible(const struct login *l, unsigned way)
{
	bool chosen = l->a->auth != AUTH_AUTO;

	if (l->tried[way])
		return false;
	if (way == WAY_USER)
		return chosen || offer_may_use_pass(&l->offer);
	if (way == WAY_APOP)
		return true;
	if (way == SASL_SCRAM_SHA_1_PLUS || way == SASL_SCRAM_SHA_256_PLUS)
		return l->offer.sasl[way] && can_bind(l);
	if ((way == SASL_SCRAM_SHA_1 || way == SASL_SCRAM_SHA_256) &&
	    l->offer.sasl[way + 1] && can_bind(l))
		return false;
	return chosen || l->offer.sasl[way];
}

/* Is it for the end: a hash after another was refused, USER without a word? */
static bool is_for_later(const struct login *l, unsigned way)
{
	return (l->hash_was_refused && way_proof(way) == SASL_HASH) ||
	       (way == WAY_USER && !l->offer.user);
}

/* The next way to try, or WAYS. */
static unsigned next_way(const struct login *l)
{
	const unsigned char *order = order_of(l);
	unsigned later = WAYS;

	for (; *order != WAYS; order++) {
		if (!is_possible(l, *order))
			continue;
		if (!is_for_later(l, *order))
			return *order;
		if (later == WAYS)
			later = *order;
	}
	return later;
}

/* "<1896.697170952@example.org>" anywhere in the greeting, else nothing. */
static void find_stamp(struct buf *stamp, struct slice text)
{
	const char *start = memchr(text.p, '<', text.len);
	size_t left = start == NULL ? 0 : text.len - (size_t)(start - text.p);
	const char *end = left == 0 ? NULL : memchr(start, '>', left);
	size_t len = end == NULL ? 0 : (size_t)(end - start) + 1;

	if (len == 0 || memchr(start, '@', len) == NULL)
		return;
	for (size_t i = 0; i < len; i++)
		if (start[i] <= ' ' || start[i] > '~')
			return;
	buf_add(stamp, start, len);
}

/* The meaning of a refusal depends on the provider. */
static const char *server_of(const struct login *l)
{
	return l->a->provider != NULL ? l->a->provider : l->a->host;
}

static int not_now(const struct login *l, struct slice line, struct error *err)
{
	return error_set(err, ERR_TEMPORARY,
			 "%s refuses logins at the moment: \"%.*s\"; will be "
			 "tried again",
			 l->a->host,
			 line.len > WORDS_SHOWN ? WORDS_SHOWN : (int)line.len,
			 line.p);
}

/* A greeting that refuses: trouble of the server, or an address it bars. */
static int turned_away(const struct login *l, struct slice line,
		       struct error *err)
{
	struct refusal r;

	refusal_read(line, server_of(l), &r);
	if (r.kind != REFUSAL_PERSON)
		return not_now(l, line, err);
	return error_set(err, ERR_PERSON,
			 "%s refuses connections: \"%.*s\"%s%s", l->a->host,
			 line.len > WORDS_SHOWN ? WORDS_SHOWN : (int)line.len,
			 line.p, r.advice == NULL ? "" : "; ",
			 r.advice == NULL ? "" : r.advice);
}

static int read_greeting(struct login *l, struct error *err)
{
	struct slice line;
	int kind;

	l->next.login.binding = SLICE_EMPTY;
	if (conn_exporter(l->w->conn, l->binding))
		l->next.login.binding =
			slice_of((char *)l->binding, sizeof(l->binding));
	if (conn_is_greeted(l->w->conn))
		return 0;
	kind = wire_answer(l->w, WIRE_STATUS_MAX, &line, err);
	if (kind == WIRE_REFUSED)
		return turned_away(l, line, err);
	if (kind != WIRE_OK)
		return kind == -1
			       ? -1
			       : error_set(err, ERR_TEMPORARY,
					   "%s greets with \"%.*s\", which "
					   "is not POP3",
					   l->a->host, (int)line.len, line.p);
	buf_clear(&l->stamp);
	find_stamp(&l->stamp, line);
	l->next.stamp = buf_slice(&l->stamp);
	return 0;
}

/* Connect again, if that was not done too often. */
static int begin_again(struct login *l, struct error *err)
{
	if (l->n_reopened++ == REOPENS_MAX)
		return -1;
	return wire_reopen(l->w, l->a, err) == -1 ? -1 : read_greeting(l, err);
}

/* A server that does not survive CAPA is asked nothing. */
static int read_offer(struct login *l, struct error *err)
{
	if (offer_read(&l->offer, l->w, err) == 0)
		return 0;
	if (!l->w->dead)
		return -1;
	offer_release(&l->offer);
	offer_init(&l->offer);
	l->shuns_capa = true;
	return begin_again(l, err);
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

/* The words for a refusal that a person must see to. */
static void explain(struct login *l, unsigned way, const struct refusal *r)
{
	struct buf reason = BUF_INIT(WORDS_SHOWN);
	const char *text = l->next.refusal;
	const char *advice = advise(way, r);

	add_reason(&reason, l->next.reason);
	if (r->kind == REFUSAL_WAY)
		(void)error_set(&l->last, ERR_PERSON,
				"%s refused %s, its way to log in: \"%.*s\"%s",
				l->a->host, way_name(way), WORDS_SHOWN, text,
				reason.s);
	else
		(void)error_set(
			&l->last, ERR_PERSON,
			"%s refused the %s of %s: \"%.*s\"%s%s%s", l->a->host,
			way_proof(way) == SASL_TOKEN ? "token" : "login",
			l->a->user, WORDS_SHOWN, text, reason.s,
			advice[0] == '\0' ? "" : "; ", advice);
	buf_release(&reason);
}

enum verdict { NEXT, AGAIN, END };

/*
 * A way was refused. AGAIN: it shall be tried without its first response on the
 * line of AUTH, which some servers do not know.
 */
static enum verdict judge(struct login *l, unsigned way)
{
	const struct way_try *t = &l->next;
	struct refusal r;

	refusal_read(slice_str(t->refusal), server_of(l), &r);
	/* "+ERR": the server's own trouble. */
	if (r.kind == REFUSAL_TEMPORARY ||
	    (r.kind == REFUSAL_UNKNOWN && t->refusal[0] == '+')) {
		(void)not_now(l, slice_str(t->refusal), &l->last);
		return END;
	}
	explain(l, way, &r);
	if (way_proof(way) == SASL_HASH && t->gave)
		l->hash_was_refused = true;
	if (t->ignored_first || (r.kind == REFUSAL_WAY && !t->first_alone &&
				 way < SASL_MECHANISMS &&
				 sasl_speaks_first((enum sasl_mechanism)way)))
		return AGAIN;
	if (!t->gave || r.kind == REFUSAL_WAY || way_proof(way) == SASL_HASH)
		return NEXT;
	return END;
}

/* This way does not work with this server: no secret was refused. */
static enum verdict give_up(struct login *l, const struct error *why)
{
	l->last = *why;
	l->last.kind = ERR_PERSON;
	(void)error_prefix(&l->last, "cannot log in to %s", l->a->host);
	return NEXT;
}

static enum way_result give(struct login *l, unsigned way, struct error *err)
{
	enum way_result result = way_try(l->w, way, &l->next, err);

	l->n_given += l->next.gave;
	return result;
}

/*
 * Try a way. If the server has left after it refused another one, try it on a
 * new connection.
 */
static enum way_result try_way(struct login *l, unsigned way, bool first,
			       struct error *err)
{
	enum way_result result = WAY_BROKEN;

	*err = l->last;
	if (!l->w->dead)
		result = give(l, way, err);
	if (result == WAY_BROKEN && !first && !conn_timed_out(l->w->conn) &&
	    l->n_given < GIVES_MAX && begin_again(l, err) == 0)
		result = give(l, way, err);
	return result;
}

/* Nothing of what the server offers can be used. */
static int no_way(const struct login *l, struct error *err)
{
	const char *names = l->offer.names.s;
	const struct conn_secret *s = l->secret;

	if (s->is_token)
		return error_set(
			err, ERR_PERSON,
			"%s offers no way to log in with an OAuth2 token "
			"(XOAUTH2, OAUTHBEARER); it offers %s. Nothing was "
			"sent; use a password instead of token-command, or set "
			"auth",
			l->a->host, names[0] == '\0' ? "nothing" : names);
	return error_set(err, ERR_PERSON,
			 "%s offers no way to log in with a %s, only %s; "
			 "nothing was sent%s",
			 l->a->host,
			 by_certificate(l->a, s) ? "client certificate"
						 : "password",
			 names[0] == '\0' ? "others" : names,
			 by_certificate(l->a, s)
				 ? ""
				 : ". Set token-command, which gives an OAuth2 "
				   "token");
}

/*
 * Some servers hang up at a mechanism that they announce. Nothing secret was
 * given to it, so the next way may be tried on a new connection.
 */
static bool hung_up(const struct login *l)
{
	return l->w->lost && !l->next.gave && !conn_timed_out(l->w->conn) &&
	       l->n_reopened < REOPENS_MAX;
}

static int try_ways(struct login *l, struct error *err)
{
	enum verdict verdict = NEXT;
	unsigned way = next_way(l);

	if (way == WAYS)
		return no_way(l, err);
	while (verdict != END && way != WAYS && l->n_given < GIVES_MAX) {
		bool first = l->last.kind == ERR_NONE;
		enum way_result result = try_way(l, way, first, err);

		if (result == WAY_IN)
			return 0;
		if (result == WAY_FALSE)
			return error_prefix(err, "%s", l->a->host);
		if (result == WAY_BROKEN && hung_up(l)) {
			l->last = *err;
			l->tried[way] = true;
			way = next_way(l);
			continue;
		}
		if (result == WAY_BROKEN && !l->hash_was_refused)
			return -1;
		if (result == WAY_BROKEN)
			break;
		verdict =
			result == WAY_CANNOT ? give_up(l, err) : judge(l, way);
		l->next.first_alone = verdict == AGAIN;
		l->tried[way] = verdict != AGAIN;
		if (verdict == NEXT)
			way = next_way(l);
	}
	*err = l->last;
	return -1;
}

int login(struct wire *w, const struct account *account,
	  const struct conn_secret *secret, bool pipelining,
	  struct login_result *out, struct error *err)
{
	struct login l = {.w = w, .a = account, .secret = secret};
	int rc;

	offer_init(&l.offer);
	buf_init(&l.stamp, STAMP_MAX);
	l.next.login.user = slice_str(account->user);
	if (has_secret(secret))
		l.next.login.secret = slice_str(secret->text);
	l.next.login.host = account->host;
	l.next.login.port = account->port;
	w->secret = l.next.login.secret;
	rc = read_greeting(&l, err);
	if (rc == 0)
		rc = read_offer(&l, err);
	l.next.in_flight =
		pipelining && l.offer.pipelining && conn_is_encrypted(w->conn);
	if (rc == 0)
		rc = try_ways(&l, err);
	if (rc == 0)
		conn_end_login(w->conn);
	wire_forget(w);
	out->pipelining = pipelining && l.offer.pipelining;
	out->asked = l.next.asked;
	out->shuns_capa = l.shuns_capa;
	offer_release(&l.offer);
	buf_release(&l.stamp);
	return rc;
}
