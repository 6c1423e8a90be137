/* SPDX-License-Identifier: ISC */
/*
 * Users and passwords go through unchanged: SASLprep (RFC 4013) changes only
 * what is not ASCII, and of that only what nobody types into a password field
 * (compatibility letters, odd blanks, letters decomposed into marks).
 */
#include "net/scram.h"

#include <string.h>

#include "util/base64.h"

#include "util/banned.h"

/*
 * Fewer iterations than RFC 5802 and RFC 7677 require would let an impostor
 * guess the password from our proof. More than the upper limit, which is about
 * a second of work, would let him keep us busy.
 */
#define ITERATIONS_MIN 4096
#define ITERATIONS_MAX 2000000

/* Random bytes of a nonce; a multiple of three has no "=" in base64. */
#define NONCE_SIZE 24

/* Nobody salts with more. */
#define SALT_MAX 1024

#define BINDING_HEADER "p=tls-exporter,,"

/* Our parts of the exchange, and the server's challenge. */
#define MESSAGE_MAX (SASL_CHALLENGE_MAX + 4 * SCRAM_FIRST_MAX)

void scram_init(struct scram *s, enum hash_kind kind, bool plus)
{
	memset(s, 0, sizeof(*s));
	s->kind = kind;
	s->plus = plus;
	buf_init(&s->header, sizeof(BINDING_HEADER));
	buf_init(&s->first, SCRAM_FIRST_MAX);
}

void scram_release(struct scram *s)
{
	buf_release(&s->header);
	buf_release(&s->first);
	explicit_bzero(s, sizeof(*s));
}

void scram_add_name(struct buf *out, struct slice name)
{
	for (size_t i = 0; i < name.len; i++) {
		if (name.p[i] == ',')
			buf_addstr(out, "=2C");
		else if (name.p[i] == '=')
			buf_addstr(out, "=3D");
		else
			buf_addch(out, name.p[i]);
	}
}

static void add_nonce(struct buf *out)
{
	char bytes[NONCE_SIZE];

	hash_random(bytes, sizeof(bytes));
	base64_encode(slice_of(bytes, sizeof(bytes)), out);
}

/*
 * "y" tells a server that does offer PLUS that somebody has removed it from
 * its list (RFC 5802, 6).
 */
static void make_first(struct scram *s, const struct sasl_login *login)
{
	bool can_bind = login->binding.len > 0;

	buf_addstr(&s->header, s->plus	  ? BINDING_HEADER
			       : can_bind ? "y,,"
					  : "n,,");
	buf_addstr(&s->first, "n=");
	scram_add_name(&s->first, login->user);
	buf_addstr(&s->first, ",r=");
	s->nonce_at = s->first.len;
	if (login->nonce != NULL)
		buf_addstr(&s->first, login->nonce);
	else
		add_nonce(&s->first);
}

bool scram_first(struct scram *s, const struct sasl_login *login,
		 struct buf *out)
{
	if (s->plus && login->binding.len == 0)
		return false;
	if (s->first.len == 0)
		make_first(s, login);
	buf_addslice(out, buf_slice(&s->header));
	buf_addslice(out, buf_slice(&s->first));
	return !s->first.full && !out->full;
}

/* The value of the next attribute, which must be this one: "r=…,". */
static bool take(struct slice *rest, char name, struct slice *value)
{
	struct slice part;

	if (!slice_split(rest, ',', &part) || part.len < 2 ||
	    part.p[0] != name || part.p[1] != '=')
		return false;
	*value = slice_of(part.p + 2, part.len - 2);
	return true;
}

static enum sasl_result cannot(struct error *err, const char *what)
{
	(void)error_set(err, ERR_TEMPORARY, "its challenge %s", what);
	return SASL_CANNOT;
}

struct challenge {
	struct slice nonce;
	struct buf salt;
	unsigned iterations;
};

static enum sasl_result read_challenge(const struct scram *s,
				       struct slice message,
				       struct challenge *c, struct error *err)
{
	struct slice ours =
		slice_of(s->first.s + s->nonce_at, s->first.len - s->nonce_at);
	struct slice salt, number;
	unsigned long long n;

	if (!take(&message, 'r', &c->nonce) || !take(&message, 's', &salt) ||
	    !take(&message, 'i', &number))
		return cannot(err, "is not one of SCRAM");
	if (c->nonce.len <= ours.len ||
	    memcmp(c->nonce.p, ours.p, ours.len) != 0)
		return cannot(err, "does not begin with our random number");
	if (!base64_decode(salt, &c->salt) || c->salt.len == 0)
		return cannot(err, "has no salt");
	if (!slice_number(number, ITERATIONS_MAX, &n) || n < ITERATIONS_MIN)
		return cannot(err, "has a number of iterations below 4,096 or "
				   "above 2,000,000");
	c->iterations = (unsigned)n;
	return SASL_RESPOND;
}

/* c=: the GS2 header, and with PLUS the binding itself. */
static void add_final(const struct scram *s, const struct sasl_login *login,
		      struct slice nonce, struct buf *out)
{
	struct buf bound = BUF_INIT(SCRAM_FIRST_MAX);

	buf_addslice(&bound, buf_slice(&s->header));
	if (s->plus)
		buf_addslice(&bound, login->binding);
	buf_addstr(out, "c=");
	base64_encode(buf_slice(&bound), out);
	buf_addstr(out, ",r=");
	buf_addslice(out, nonce);
	buf_release(&bound);
}

/* RFC 5802, 3: the client's proof, and the signature that we expect. */
static bool compute(struct scram *s, struct slice password,
		    const struct challenge *c, struct slice message,
		    unsigned char *proof)
{
	size_t n = hash_size(s->kind);
	unsigned char salted[HASH_SIZE], key[HASH_SIZE], stored[HASH_SIZE];
	struct slice by_salted = slice_of((char *)salted, n);
	struct slice by_key = slice_of((char *)key, n);
	bool ok =
		hash_pbkdf2(s->kind, password, buf_slice(&c->salt),
			    c->iterations, salted) &&
		hash_hmac(s->kind, by_salted, slice_str("Client Key"), key) &&
		hash_digest(s->kind, by_key, stored) &&
		hash_hmac(s->kind, slice_of((char *)stored, n), message, proof);

	for (size_t i = 0; ok && i < n; i++)
		proof[i] ^= key[i];
	ok = ok &&
	     hash_hmac(s->kind, by_salted, slice_str("Server Key"), key) &&
	     hash_hmac(s->kind, by_key, message, s->signature);
	explicit_bzero(salted, sizeof(salted));
	explicit_bzero(key, sizeof(key));
	explicit_bzero(stored, sizeof(stored));
	return ok;
}

static enum sasl_result answer(struct scram *s, const struct sasl_login *login,
			       struct slice message, const struct challenge *c,
			       struct buf *out, struct error *err)
{
	struct buf signed_text = BUF_INIT(MESSAGE_MAX);
	unsigned char proof[HASH_SIZE];
	size_t start;

	buf_addslice(&signed_text, buf_slice(&s->first));
	buf_addch(&signed_text, ',');
	buf_addslice(&signed_text, message);
	buf_addch(&signed_text, ',');
	start = signed_text.len;
	add_final(s, login, c->nonce, &signed_text);
	s->has_signature =
		!signed_text.full &&
		compute(s, login->secret, c, buf_slice(&signed_text), proof);
	if (s->has_signature) {
		buf_addslice(out, slice_of(signed_text.s + start,
					   signed_text.len - start));
		buf_addstr(out, ",p=");
		base64_encode(slice_of((char *)proof, hash_size(s->kind)), out);
	}
	explicit_bzero(proof, sizeof(proof));
	buf_release(&signed_text);
	return s->has_signature ? SASL_RESPOND
				: cannot(err, "cannot be computed here");
}

enum sasl_result scram_final(struct scram *s, const struct sasl_login *login,
			     struct slice message, struct buf *out,
			     struct error *err)
{
	struct challenge c = {.salt = BUF_INIT(SALT_MAX)};
	enum sasl_result result = read_challenge(s, message, &c, err);

	if (result == SASL_RESPOND)
		result = answer(s, login, message, &c, out, err);
	buf_release(&c.salt);
	return result;
}

enum sasl_result scram_verify(struct scram *s, struct slice message,
			      struct slice *reason, struct error *err)
{
	struct buf signature = BUF_INIT(HASH_SIZE);
	size_t n = hash_size(s->kind);
	struct slice value, rest = message;

	if (take(&rest, 'e', reason))
		return SASL_RESPOND;
	rest = message;
	s->proved = s->has_signature && take(&rest, 'v', &value) &&
		    base64_decode(value, &signature) && signature.len == n &&
		    hash_equal((unsigned char *)signature.s, s->signature, n);
	buf_release(&signature);
	if (s->proved)
		return SASL_RESPOND;
	(void)error_set(err, ERR_PERSON,
			"the server did not prove that it knows the password");
	return SASL_FALSE;
}
