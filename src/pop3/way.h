/* SPDX-License-Identifier: ISC */
/*
 * One way to log in, tried once: USER and PASS, APOP, or a mechanism of SASL.
 * For login.c only, which chooses among them.
 */
#ifndef POP3_WAY_H
#define POP3_WAY_H

#include <stdbool.h>

#include "net/sasl.h"
#include "net/wire.h"
#include "util/error.h"

/* A mechanism of SASL by its number, or one of these. */
enum {
	WAY_USER = SASL_MECHANISMS, /* USER and PASS (RFC 1939) */
	WAY_APOP,		    /* RFC 1939 */
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

struct way_try {
	struct sasl_login login;
	struct slice stamp; /* of the greeting, for APOP; empty: none */
	bool first_alone;   /* do not send the first response with AUTH */
	bool in_flight;	    /* send POP3_FIRST_COMMANDS behind, if possible */

	/* Set by way_try(). */
	bool asked;	    /* they were sent */
	bool gave;	    /* the secret, or a proof of it, was sent */
	bool ignored_first; /* the server asked for the first response again */
	char refusal[WAY_WORDS_MAX]; /* its line, cut */
	char reason[WAY_WORDS_MAX];  /* of SASL, cut; "" when there is none */
};

const char *way_name(unsigned way);

/* Its use of the secret; see enum sasl_proof. */
enum sasl_proof way_proof(unsigned way);

/*
 * Try it. After WAY_REFUSED and WAY_CANNOT all answers were read, and the next
 * way can be tried.
 */
enum way_result way_try(struct wire *w, unsigned way, struct way_try *t,
			struct error *err);

#endif
