/* SPDX-License-Identifier: ISC */
/*
 * One way to log in, tried once: LOGIN, or a mechanism of SASL by AUTHENTICATE.
 * The order of ways, what a refusal means, and how often a secret may be given,
 * are decided elsewhere.
 */
#ifndef IMAP_LOGIN_H
#define IMAP_LOGIN_H

#include <stdbool.h>

#include "imap/code.h"
#include "net/sasl.h"
#include "util/error.h"

struct imap;

/* A mechanism of SASL by its number, or this one. */
#define IMAP_WAY_LOGIN SASL_MECHANISMS

enum imap_login {
	IMAP_LOGIN_IN,
	IMAP_LOGIN_REFUSED, /* `refusal` says why */
	IMAP_LOGIN_CANNOT,  /* it does not work with this server: *err */
	IMAP_LOGIN_FALSE,   /* the server did not prove who it is: *err */
	IMAP_LOGIN_BROKEN,  /* the session is dead: *err */
};

/* Bytes of a server's words that are kept. */
#define IMAP_WORDS_MAX 512

struct imap_try {
	struct sasl_login login;
	bool first_alone; /* do not send the first response with the command */

	/* Set by imap_try(). */
	bool gave;	     /* the secret, or a proof of it, was sent */
	bool first_together; /* the first response went with the command */
	enum code_kind code; /* of the refusal */
	char refusal[IMAP_WORDS_MAX]; /* its line without the tag, cut */
	char reason[IMAP_WORDS_MAX];  /* of SASL, cut; "": there is none */
};

/*
 * Try it, after imap_greet(). After IMAP_LOGIN_REFUSED and IMAP_LOGIN_CANNOT
 * the next way can be tried.
 */
enum imap_login imap_try(struct imap *i, unsigned way, struct imap_try *t,
			 struct error *err);

#endif
