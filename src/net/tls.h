/* SPDX-License-Identifier: ISC */
/*
 * The means of TLS, and its findings: the certificates to trust, the client's
 * own, and what was seen of the server when a handshake failed. libcurl does
 * the handshakes, or tls_stream.c.
 */
#ifndef NET_TLS_H
#define NET_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "account/account.h"
#include "util/error.h"

/* The first reason why a certificate was not accepted. */
enum tls_flaw {
	FLAW_NONE,
	FLAW_EXPIRED,
	FLAW_EARLY,	  /* not valid yet */
	FLAW_SELF_SIGNED, /* it, or the last one that the server sent */
	FLAW_NO_ISSUER,	  /* its issuer is not known */
	FLAW_WEAK,	  /* key or signature */
	FLAW_OLD_NAME,	  /* a name in the subject only */
	FLAW_OTHER,
};

/* "2026-11-30 17:04 UTC", with room for any six numbers. */
#define TLS_DATE_MAX 80

/* Bytes of a certificate's texts that are shown. */
#define TLS_TEXT_MAX 200

/* The first bytes of a record: type, version, length. */
#define TLS_RECORD_HEADER 5

/* All of it is said by the server; the texts are to be escaped. */
struct tls_seen {
	bool answered;	   /* by a record of TLS */
	bool asked_us;	   /* for a certificate */
	bool has_names;	   /* a certificate was seen */
	bool has_old_name; /* its only name is the CN of its subject */
	int version;	   /* that it chose, 0x0301 is TLS 1.0; 0: none yet */
	int alert_in, alert_out;   /* fatal ones; 0: none */
	char reason[TLS_TEXT_MAX]; /* for alert_out, by OpenSSL */
	enum tls_flaw flaw;
	bool of_issuer;		      /* the flaw is one of a CA */
	char flaw_text[TLS_TEXT_MAX]; /* by OpenSSL */
	char issuer[TLS_TEXT_MAX];    /* of the flawed certificate */
	char from[TLS_DATE_MAX],
		until[TLS_DATE_MAX];	 /* "2026-11-30", of the same */
	char names[TLS_TEXT_MAX];	 /* of the server's certificate */
	char pin[64];			 /* its key, as tls-pin has it */
	char not_tls[TLS_RECORD_HEADER]; /* what came in place of a record */
	size_t n_not_tls;
};

struct tls;

/*
 * Do what connections of several processes have in common, if the account uses
 * TLS: find the algorithms, and parse the system's certificates where they are
 * in a bundle only; again when that has changed. Call it before forking what
 * connects.
 */
void tls_prepare(const struct account *account);

/*
 * Prepare TLS for a connection of the account. ERR_PERSON: tls-ca-file or
 * tls-client-cert cannot be used, or the system has no certificates.
 */
int tls_new(struct tls **out, const struct account *account, struct error *err);
void tls_free(struct tls *t); /* NULL is accepted */

/* For a handshake that is to tell whether there is TLS; it trusts nobody. */
struct tls *tls_new_probe(void);

/*
 * Prepare a context (SSL_CTX), which libcurl may have made, for a handshake.
 * `t` must live as long as the connection. False: no memory.
 */
bool tls_attach(struct tls *t, void *context);

const struct tls_seen *tls_seen(const struct tls *t);

/* The version on an open connection: 0x0304 is TLS 1.3. 0: none. */
int tls_version(const struct tls *t);

/*
 * Channel binding of the kind tls-exporter (RFC 9266) for the connection, while
 * it is open. False before TLS 1.3, where it would need more conditions.
 */
#define TLS_EXPORTER_SIZE 32
bool tls_exporter(const struct tls *t, unsigned char out[TLS_EXPORTER_SIZE]);

#endif
