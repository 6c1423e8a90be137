/* SPDX-License-Identifier: ISC */
/* The place of the system's CA certificates. */
#ifndef NET_TRUST_H
#define NET_TRUST_H

#include <stdbool.h>

/*
 * NULL: there is none. A directory has a file or link for each certificate,
 * named by the hash of its subject ("8d33f237.0"), so that only what is needed
 * is read; a bundle is one file with all.
 */
struct trust {
	const char *dir;
	const char *bundle;
};

/*
 * Look for both. $SSL_CERT_DIR and $SSL_CERT_FILE, which programs with OpenSSL
 * know, replace the places of the system. The strings are constant, or of the
 * environment.
 */
struct trust trust_find(void);

/* Is there a certificate by its hash in this directory? */
bool trust_is_hashed(const char *dir);

#endif
