/* SPDX-License-Identifier: ISC */
#include "net/login.h"

#include <stdio.h>
#include <string.h>

#include "net/login_words.h"

#include "util/banned.h"

/*
 * Providers lock accounts after some wrong passwords: no session may give the
 * password or a proof of it more often.
 */
#define GIVES_MAX 3

/* Some servers hang up at CAPA, and some after a way that they do not know. */
#define REOPENS_MAX 2

/* Ways in order, up to WAYS. */
static const unsigned char over_tls[] = {
	SASL_SCRAM_SHA_256_PLUS,
	SASL_SCRAM_SHA_256,
	SASL_PLAIN,
	WAY_OWN,
	SASL_SCRAM_SHA_1_PLUS,
	SASL_SCRAM_SHA_1,
	SASL_LOGIN,
	SASL_CRAM_MD5,
	WAYS,
};

static const unsigned char in_clear[] = {
	SASL_SCRAM_SHA_256,
	SASL_SCRAM_SHA_1,
	SASL_CRAM_MD5,
	SASL_PLAIN,
	WAY_OWN,
	SASL_LOGIN,
	WAYS,
};

static const unsigned char for_token[] = {
	SASL_OAUTHBEARER,
	SASL_XOAUTH2,
	WAYS,
};

static const unsigned char only[][3] = {
	[AUTH_AUTO] = {WAYS},
	[AUTH_USER] = {WAY_OWN, WAYS},
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

void login_add_name(struct login_offer *offer, struct slice name)
{
	size_t len = strlen(offer->names);
	bool is_first = len == 0;

	if (len + 2 + name.len > LOGIN_NAMES_MAX)
		return;
	(void)snprintf(offer->names + len, LOGIN_NAMES_MAX + 1 - len, "%s%.*s",
		       is_first ? "" : ", ", (int)name.len, name.p);
}

static const unsigned char *order_of(const struct login *l)
{
	if (l->account->auth != AUTH_AUTO)
		return only[l->account->auth];
	if (login_by_certificate(l->account, l->secret))
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
	bool chosen = l->account->auth != AUTH_AUTO;

	if (l->tried[way])
		return false;
	if (way == WAY_OWN)
		return chosen || l->offer.may_use_own;
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
	       (way == WAY_OWN && !l->offer.own);
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

/* A new connection has its own binding. */
static int greet(struct login *l, struct error *err)
{
	l->next.login.binding = SLICE_EMPTY;
	if (conn_exporter(l->w->conn, l->binding))
		l->next.login.binding =
			slice_of((char *)l->binding, sizeof(l->binding));
	return l->protocol->greet(l, err);
}

int login_reopen(struct login *l, struct error *err)
{
	if (l->n_reopened++ == REOPENS_MAX)
		return -1;
	return wire_reopen(l->w, l->account, err) == -1 ? -1 : greet(l, err);
}

enum verdict { NEXT, AGAIN, END };

/* "+ERR" of POP3, and "BYE" of IMAP: it is not about the login. */
static bool is_own_trouble(const char *refusal)
{
	return refusal[0] == '+' || strncmp(refusal, "BYE ", 4) == 0;
}

/*
 * A way was refused. AGAIN: it shall be tried without its first response on the
 * line of AUTH, which some servers do not know.
 */
static enum verdict judge(struct login *l, unsigned way)
{
	const struct way_try *t = &l->next;
	struct refusal r;

	refusal_read(slice_str(t->refusal), login_server(l), &r);
	if (t->denied && r.kind != REFUSAL_TEMPORARY)
		r = (struct refusal){.kind = REFUSAL_CREDENTIALS};
	if (r.kind == REFUSAL_TEMPORARY ||
	    (r.kind == REFUSAL_UNKNOWN && is_own_trouble(t->refusal))) {
		l->wait = r.wait;
		(void)login_not_now(l, slice_str(t->refusal), &l->last);
		return END;
	}
	login_explain(l, way, &r);
	if (way_proof(way) == SASL_HASH && t->gave)
		l->hash_was_refused = true;
	if (t->ignored_first || (r.kind == REFUSAL_WAY && t->first_together))
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
	(void)error_prefix(&l->last, "cannot log in to %s", l->account->host);
	return NEXT;
}

static enum way_result give(struct login *l, unsigned way, struct error *err)
{
	enum way_result result = l->protocol->try(l, way, err);

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
	    l->n_given < GIVES_MAX && login_reopen(l, err) == 0)
		result = give(l, way, err);
	return result;
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
		return login_no_way(l, err);
	while (verdict != END && way != WAYS && l->n_given < GIVES_MAX) {
		bool first = l->last.kind == ERR_NONE;
		enum way_result result = try_way(l, way, first, err);

		if (result == WAY_IN)
			return 0;
		if (result == WAY_FALSE)
			return error_prefix(err, "%s", l->account->host);
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

int login_run(struct login *l, struct error *err)
{
	struct sasl_login *login = &l->next.login;
	int rc;

	login->user = slice_str(l->account->user);
	if (login_has_secret(l->secret))
		login->secret = slice_str(l->secret->text);
	login->host = l->account->host;
	login->port = l->account->port;
	l->w->secret = login->secret;
	rc = greet(l, err);
	if (rc == 0 && !l->is_in)
		rc = l->protocol->read_offer(l, err);
	if (rc == 0 && !l->is_in)
		rc = try_ways(l, err);
	if (rc == 0)
		conn_end_login(l->w->conn);
	wire_forget(l->w);
	return rc;
}
