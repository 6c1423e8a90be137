/* SPDX-License-Identifier: ISC */
/* Shared by the files tls*.c: the only file that includes libssl. */
#ifndef NET_LIBSSL_H
#define NET_LIBSSL_H

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "net/tls.h"

struct tls {
	X509_STORE *store;
	const char *client_cert; /* borrowed; or NULL */
	SSL *own;		 /* by tls_start(), or NULL */
	bool is_up;		 /* `own` has ended its handshake well */
	SSL *ssl;		 /* of the last handshake; perhaps libcurl's */
	const char *trouble;	 /* of the last call for `own`; constant */
	struct tls_seen seen;
};

/* The last error of OpenSSL, in its words. */
const char *tls_reason(void);

/* Let `t` see each handshake of this context, from now on. */
void tls_watch(struct tls *t, SSL_CTX *context);

#endif
