/* SPDX-License-Identifier: ISC */
/*
 * Logging in by SASL (RFC 4422), as pure computation: the server's challenges
 * in, our responses out, both in base64 as lines of POP3, IMAP and SMTP have
 * them.
 *
 *	struct sasl *s = sasl_new(SASL_SCRAM_SHA_256, &login);
 *
 *	sasl_first(s, &response);		// where sasl_speaks_first()
 *	while (… the server sends a challenge …)
 *		sasl_step(s, challenge, &response, err);
 *	sasl_end(s, err);			// the server says: logged in
 *	sasl_free(s);				// wipes what it held
 *
 * Responses hold secrets: reserve SASL_RESPONSE_MAX bytes for them, and wipe
 * them.
 */
#ifndef NET_SASL_H
#define NET_SASL_H

#include <stdbool.h>

#include "util/buf.h"
#include "util/error.h"

/* RFC 4954, 4: no line of an exchange needs more. */
#define SASL_CHALLENGE_MAX 12288

/* Base64 of a token of 16 KiB with a user's name. */
#define SASL_RESPONSE_MAX (28 * 1024)

enum sasl_mechanism {
	SASL_PLAIN,		 /* RFC 4616 */
	SASL_LOGIN,		 /* never standardised */
	SASL_CRAM_MD5,		 /* RFC 2195 */
	SASL_SCRAM_SHA_1,	 /* RFC 5802 */
	SASL_SCRAM_SHA_1_PLUS,	 /* with the channel binding of RFC 9266 */
	SASL_SCRAM_SHA_256,	 /* RFC 7677 */
	SASL_SCRAM_SHA_256_PLUS, /* with the channel binding of RFC 9266 */
	SASL_XOAUTH2,		 /* by Google */
	SASL_OAUTHBEARER,	 /* RFC 7628 */
	SASL_EXTERNAL,		 /* RFC 4422, appendix A */
};

#define SASL_MECHANISMS (SASL_EXTERNAL + 1)

/* The means by which a mechanism proves its user's identity. */
enum sasl_proof {
	SASL_PASSWORD, /* the password itself is sent */
	SASL_HASH,     /* the password is used, but not sent */
	SASL_TOKEN,    /* an OAuth2 token is sent */
	SASL_NOTHING,  /* the client certificate has done it */
};

/* All of it is borrowed until sasl_free(). */
struct sasl_login {
	struct slice user;
	struct slice secret; /* password or token */
	const char *host;    /* of the server, for OAUTHBEARER */
	int port;
	struct slice binding; /* tls-exporter (RFC 9266); empty: unknown */
	const char *nonce;    /* for tests; NULL: a random one */
};

enum sasl_result {
	SASL_RESPOND, /* send the response */
	SASL_CANNOT,  /* no answer to this challenge: cancel */
	SASL_FALSE,   /* the server does not know the password: leave it */
};

struct sasl;

/* "SCRAM-SHA-256", and the opposite, whatever the case of letters. */
const char *sasl_name(enum sasl_mechanism m);
bool sasl_find(struct slice name, enum sasl_mechanism *out);

enum sasl_proof sasl_proof(enum sasl_mechanism m);

/* May the first response go with the command? */
bool sasl_speaks_first(enum sasl_mechanism m);

struct sasl *sasl_new(enum sasl_mechanism m, const struct sasl_login *login);
void sasl_free(struct sasl *s);

/*
 * Append the first response: "=" if it is empty. False: this mechanism cannot
 * be used with this user and secret, or on this system.
 */
bool sasl_first(struct sasl *s, struct buf *response);

/*
 * Append the response to a challenge. Where the mechanism speaks first and the
 * server has got nothing yet, or asks for it again, that is the first response.
 * If the result is not SASL_RESPOND, *err says why.
 */
enum sasl_result sasl_step(struct sasl *s, struct slice challenge,
			   struct buf *response, struct error *err);

/* The server says that we are logged in: has it proved what it must? */
enum sasl_result sasl_end(const struct sasl *s, struct error *err);

/* Has a response held the secret, or a proof that was made of it? */
bool sasl_has_given(const struct sasl *s);

/* The server's own words about a refusal, decoded; empty when it gave none. */
struct slice sasl_reason(const struct sasl *s);

#endif
