/* SPDX-License-Identifier: ISC */
#include "net/sasl.h"

#include <stdlib.h>
#include <string.h>

#include "net/scram.h"
#include "util/base64.h"
#include "util/hash.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* A response before base64. */
#define RAW_MAX (SASL_RESPONSE_MAX / 4 * 3)

/* The request for our first message, and the server's two. */
#define SCRAM_STEPS_MAX 3

struct sasl {
	enum sasl_mechanism mechanism;
	struct sasl_login login;
	unsigned steps; /* challenges so far */
	bool began;	/* the first response was made, or LOGIN's user */
	bool given;	/* a response held the secret, or a proof of it */
	struct scram scram;
	struct buf challenge; /* decoded, or as it came */
	struct buf reason;
};

static const struct mechanism {
	const char *name;
	enum sasl_proof proof;
	bool speaks_first;
} mechanisms[SASL_MECHANISMS] = {
	[SASL_PLAIN] = {"PLAIN", SASL_PASSWORD, true},
	[SASL_LOGIN] = {"LOGIN", SASL_PASSWORD, false},
	[SASL_CRAM_MD5] = {"CRAM-MD5", SASL_HASH, false},
	[SASL_SCRAM_SHA_1] = {"SCRAM-SHA-1", SASL_HASH, true},
	[SASL_SCRAM_SHA_1_PLUS] = {"SCRAM-SHA-1-PLUS", SASL_HASH, true},
	[SASL_SCRAM_SHA_256] = {"SCRAM-SHA-256", SASL_HASH, true},
	[SASL_SCRAM_SHA_256_PLUS] = {"SCRAM-SHA-256-PLUS", SASL_HASH, true},
	[SASL_XOAUTH2] = {"XOAUTH2", SASL_TOKEN, true},
	[SASL_OAUTHBEARER] = {"OAUTHBEARER", SASL_TOKEN, true},
	[SASL_EXTERNAL] = {"EXTERNAL", SASL_NOTHING, true},
};

const char *sasl_name(enum sasl_mechanism m)
{
	return mechanisms[m].name;
}

bool sasl_find(struct slice name, enum sasl_mechanism *out)
{
	for (unsigned i = 0; i < SASL_MECHANISMS; i++)
		if (slice_equal_nocase(name, slice_str(mechanisms[i].name))) {
			*out = (enum sasl_mechanism)i;
			return true;
		}
	return false;
}

enum sasl_proof sasl_proof(enum sasl_mechanism m)
{
	return mechanisms[m].proof;
}

bool sasl_speaks_first(enum sasl_mechanism m)
{
	return mechanisms[m].speaks_first;
}

static bool is_scram(enum sasl_mechanism m)
{
	return m >= SASL_SCRAM_SHA_1 && m <= SASL_SCRAM_SHA_256_PLUS;
}

struct sasl *sasl_new(enum sasl_mechanism m, const struct sasl_login *login)
{
	struct sasl *s = xcalloc(1, sizeof(*s));

	s->mechanism = m;
	s->login = *login;
	buf_init(&s->challenge, SASL_CHALLENGE_MAX);
	buf_init(&s->reason, SASL_CHALLENGE_MAX);
	scram_init(&s->scram,
		   m == SASL_SCRAM_SHA_1 || m == SASL_SCRAM_SHA_1_PLUS
			   ? HASH_SHA1
			   : HASH_SHA256,
		   m == SASL_SCRAM_SHA_1_PLUS || m == SASL_SCRAM_SHA_256_PLUS);
	return s;
}

void sasl_free(struct sasl *s)
{
	if (s == NULL)
		return;
	scram_release(&s->scram);
	buf_release(&s->challenge);
	buf_release(&s->reason);
	free(s);
}

static bool has_nul(struct slice s)
{
	return s.len > 0 && memchr(s.p, '\0', s.len) != NULL;
}

static bool add_plain(const struct sasl_login *login, struct buf *out)
{
	if (has_nul(login->user) || has_nul(login->secret))
		return false;
	buf_addch(out, '\0');
	buf_addslice(out, login->user);
	buf_addch(out, '\0');
	buf_addslice(out, login->secret);
	return true;
}

/* Both end with a pair of 0x01. */
static void add_token(const struct sasl_login *login, struct buf *out)
{
	buf_addstr(out, "auth=Bearer ");
	buf_addslice(out, login->secret);
	buf_addstr(out, "\1\1");
}

static void add_xoauth2(const struct sasl_login *login, struct buf *out)
{
	buf_addstr(out, "user=");
	buf_addslice(out, login->user);
	buf_addch(out, '\1');
	add_token(login, out);
}

/* RFC 7628, 3.1: a GS2 header with the user, then pairs of key and value. */
static void add_bearer(const struct sasl_login *login, struct buf *out)
{
	buf_addstr(out, "n,a=");
	scram_add_name(out, login->user);
	buf_addf(out, ",\1host=%s\1port=%d\1", login->host, login->port);
	add_token(login, out);
}

static bool add_first(struct sasl *s, struct buf *out)
{
	const struct sasl_login *login = &s->login;

	switch (s->mechanism) {
	case SASL_PLAIN:
		return add_plain(login, out);
	case SASL_XOAUTH2:
		add_xoauth2(login, out);
		return true;
	case SASL_OAUTHBEARER:
		add_bearer(login, out);
		return true;
	case SASL_EXTERNAL:
		buf_addslice(out, login->user);
		return true;
	case SASL_SCRAM_SHA_1:
	case SASL_SCRAM_SHA_1_PLUS:
	case SASL_SCRAM_SHA_256:
	case SASL_SCRAM_SHA_256_PLUS:
		return scram_first(&s->scram, login, out);
	case SASL_LOGIN:
	case SASL_CRAM_MD5:
		break;
	}
	return false;
}

/* A buffer for a response before base64; it must not grow: it has secrets. */
static void open_raw(struct buf *raw)
{
	buf_init(raw, RAW_MAX);
	(void)buf_reserve(raw, RAW_MAX);
}

/* Encode it, if it is good, and wipe it. */
static bool close_raw(struct buf *raw, bool good, struct buf *response)
{
	good &= !raw->full;
	if (good)
		base64_encode(buf_slice(raw), response);
	buf_wipe(raw);
	return good && !response->full;
}

bool sasl_first(struct sasl *s, struct buf *response)
{
	struct buf raw;
	bool good, empty;

	open_raw(&raw);
	good = add_first(s, &raw);
	empty = raw.len == 0;
	good = close_raw(&raw, good, response);
	if (good && empty)
		buf_addch(response, '=');
	s->began = true;
	s->given |= good && sasl_proof(s->mechanism) != SASL_HASH;
	return good;
}

static enum sasl_result cannot(struct sasl *s, struct error *err,
			       const char *what)
{
	(void)error_set(err, ERR_TEMPORARY, "its challenge to %s %s",
			sasl_name(s->mechanism), what);
	return SASL_CANNOT;
}

static enum sasl_result again(struct sasl *s, struct error *err)
{
	return cannot(s, err, "came once too often");
}

/* RFC 2195: the user, and the challenge as the password signs it. */
static enum sasl_result sign(struct sasl *s, struct buf *out, struct error *err)
{
	unsigned char digest[HASH_SIZE];
	char hex[2 * HASH_SIZE + 1];

	if (s->challenge.len == 0)
		return cannot(s, err, "is empty");
	if (!hash_hmac(HASH_MD5, s->login.secret, buf_slice(&s->challenge),
		       digest))
		return cannot(s, err, "needs MD5, which this system forbids");
	hash_hex(digest, hash_size(HASH_MD5), hex);
	buf_addslice(out, s->login.user);
	buf_addch(out, ' ');
	buf_addstr(out, hex);
	return SASL_RESPOND;
}

static enum sasl_result step_scram(struct sasl *s, struct buf *out,
				   struct error *err)
{
	struct slice message = buf_slice(&s->challenge);
	struct slice reason = SLICE_EMPTY;
	enum sasl_result result;

	/* "e=" is no reason, and comes again and again. */
	if (s->scram.proved || s->reason.len > 0 || s->steps > SCRAM_STEPS_MAX)
		return again(s, err);
	if (!s->scram.has_signature)
		return scram_final(&s->scram, &s->login, message, out, err);
	result = scram_verify(&s->scram, message, &reason, err);
	buf_addslice(&s->reason, reason);
	return result;
}

/*
 * The server's reason against a token. It wants an answer before it refuses:
 * nothing, or by RFC 7628, 3.2.3, a byte 0x01.
 */
static enum sasl_result step_token(struct sasl *s, struct buf *out,
				   struct error *err)
{
	if (s->reason.len > 0 || s->challenge.len == 0)
		return again(s, err);
	buf_addslice(&s->reason, buf_slice(&s->challenge));
	if (s->mechanism == SASL_OAUTHBEARER)
		buf_addch(out, '\1');
	return SASL_RESPOND;
}

/* Only what is decoded can be signed. */
static enum sasl_result step_hash(struct sasl *s, bool decoded, struct buf *out,
				  struct error *err)
{
	if (!decoded)
		return cannot(s, err, "is not base64");
	s->given = true;
	if (s->mechanism != SASL_CRAM_MD5)
		return step_scram(s, out, err);
	return s->steps > 1 ? again(s, err) : sign(s, out, err);
}

/* Answer a challenge behind our first response. */
static enum sasl_result step_more(struct sasl *s, bool decoded, struct buf *out,
				  struct error *err)
{
	switch (sasl_proof(s->mechanism)) {
	case SASL_HASH:
		return step_hash(s, decoded, out, err);
	case SASL_TOKEN:
		return step_token(s, out, err);
	case SASL_PASSWORD:
	case SASL_NOTHING:
		break;
	}
	if (s->mechanism != SASL_LOGIN || s->steps > 2)
		return again(s, err);
	buf_addslice(out, s->login.secret);
	s->given = true;
	return SASL_RESPOND;
}

/*
 * Is it the request for the first response? LOGIN and PLAIN do not care for
 * the words of it; an empty one that comes after the first response means that
 * the server ignored what came with the command.
 */
static bool wants_first(const struct sasl *s)
{
	if (s->steps > 1 || s->mechanism == SASL_CRAM_MD5)
		return false;
	return !s->began || s->challenge.len == 0 ||
	       sasl_proof(s->mechanism) == SASL_PASSWORD ||
	       s->mechanism == SASL_EXTERNAL;
}

enum sasl_result sasl_step(struct sasl *s, struct slice challenge,
			   struct buf *response, struct error *err)
{
	enum sasl_result result = SASL_RESPOND;
	struct buf raw;
	bool decoded;

	s->steps++;
	buf_clear(&s->challenge);
	decoded = base64_decode(challenge, &s->challenge);
	if (!decoded) {
		buf_clear(&s->challenge);
		buf_addslice(&s->challenge, challenge);
	}
	open_raw(&raw);
	if (!wants_first(s))
		result = step_more(s, decoded, &raw, err);
	else if (s->mechanism == SASL_LOGIN)
		buf_addslice(&raw, s->login.user);
	else if (!add_first(s, &raw))
		result = cannot(s, err, "cannot be answered");
	else
		s->given |= sasl_proof(s->mechanism) != SASL_HASH;
	s->began = true;
	if (!close_raw(&raw, result == SASL_RESPOND, response) &&
	    result == SASL_RESPOND)
		result = cannot(s, err, "needs too long an answer");
	return result;
}

enum sasl_result sasl_end(const struct sasl *s, struct error *err)
{
	if (!is_scram(s->mechanism) || s->scram.proved)
		return SASL_RESPOND;
	(void)error_set(err, ERR_PERSON,
			"the server says that the login worked, without the "
			"proof that it knows the password");
	return SASL_FALSE;
}

bool sasl_has_given(const struct sasl *s)
{
	return s->given;
}

struct slice sasl_reason(const struct sasl *s)
{
	return buf_slice(&s->reason);
}
