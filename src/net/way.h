/* SPDX-License-Identifier: ISC */
/*
 * One way to log in, tried once: the command of the protocol itself, or a
 * mechanism of SASL. login.h chooses among them, and pop3/ and imap/ try them.
 */
#ifndef NET_WAY_H
#define NET_WAY_H

#include <stdbool.h>

#include "net/sasl.h"
#include "util/buf.h"

/* A mechanism of SASL by its number, or one of these. */
enum {
	WAY_OWN = SASL_MECHANISMS, /* USER and PASS of POP3, LOGIN of IMAP */
	WAY_APOP,		   /* of POP3 (RFC 1939) */
	WAYS,
};

enum way_result {
	WAY_IN,	     /* logged in */
	WAY_REFUSED, /* `refusal` says why */
	WAY_CANNOT,  /* this way does not work with this server: *err */
	WAY_FALSE,   /* the server did not prove who it is; leave it: *err */
	WAY_BROKEN,  /* the dialogue is dead: *err */
};

/* Bytes of a server's words that are kept. */
#define WAY_WORDS_MAX 512

/*
 * After WAY_REFUSED and WAY_CANNOT all answers were read, and the next way can
 * be tried.
 */
struct way_try {
	struct sasl_login login;
	struct slice stamp; /* of POP3's greeting, for APOP; empty: none */
	bool first_alone; /* do not send the first response with the command */
	bool in_flight;	  /* send what comes next behind it, if possible */

	/* Set by the one who tries. */
	bool asked;	     /* that was sent */
	bool gave;	     /* the secret, or a proof of it, was sent */
	bool first_together; /* the first response went with the command */
	bool ignored_first;  /* it was not understood, or asked for again */
	bool denied; /* `reason` counts: the refusal is about something else */
	char refusal[WAY_WORDS_MAX]; /* its line, cut */
	char reason[WAY_WORDS_MAX];  /* of SASL, cut; "" when there is none */
};

/* Bytes of a command with a user or a secret, and what is in flight behind it.
 */
#define WAY_COMMAND_MAX (SASL_RESPONSE_MAX + 2048)

/* Begin such a command. It must not grow, because it holds secrets. */
void way_open_command(struct buf *b);

/* Before a try: nothing is known of it yet. */
void way_begin(struct way_try *t);

/* Keep the server's words, cut; control characters are for error_set(). */
void way_keep_words(char to[WAY_WORDS_MAX], struct slice words);

/* The same of the reason that SASL has, without the secret. */
void way_keep_reason(struct way_try *t, const struct sasl *s);

/* Its use of the secret; see enum sasl_proof. */
enum sasl_proof way_proof(unsigned way);

#endif
