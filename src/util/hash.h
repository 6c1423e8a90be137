/* SPDX-License-Identifier: ISC */
/*
 * SHA-256 over a stream, and what logins compute; the only user of OpenSSL's
 * EVP.
 *
 *	struct hash *h = hash_new();
 *	hash_update(h, p, len);
 *	hash_final(h, digest);		// and ready for the next stream
 *	hash_free(h);
 */
#ifndef UTIL_HASH_H
#define UTIL_HASH_H

#include <stdbool.h>
#include <stddef.h>

#include "util/buf.h"

#define HASH_SIZE 32

struct hash;

struct hash *hash_new(void);

/*
 * Have OpenSSL set itself up, which takes a millisecond and two megabytes, in a
 * process whose children will all make digests.
 */
void hash_prepare(void);
void hash_free(struct hash *h);
void hash_update(struct hash *h, const void *p, size_t len);
void hash_final(struct hash *h, unsigned char digest[HASH_SIZE]);

/* The first n bytes of a digest as 2n lower-case digits and a NUL. */
void hash_hex(const unsigned char *digest, size_t n, char *out);

/* The opposite: n bytes from 2n such digits. False for anything else. */
bool hash_from_hex(const char *hex, size_t n, unsigned char *out);

/* Digests of mechanisms to log in. Nothing else should use MD5 and SHA-1. */
enum hash_kind {
	HASH_MD5,
	HASH_SHA1,
	HASH_SHA256,
};

/* Bytes of a digest, at most HASH_SIZE. */
size_t hash_size(enum hash_kind kind);

/*
 * A digest, an HMAC (RFC 2104), a key made of a password (PBKDF2 with HMAC,
 * RFC 8018). False: the system does not permit this digest (FIPS).
 */
bool hash_digest(enum hash_kind kind, struct slice text, unsigned char *out);
bool hash_hmac(enum hash_kind kind, struct slice key, struct slice text,
	       unsigned char *out);
bool hash_pbkdf2(enum hash_kind kind, struct slice password, struct slice salt,
		 unsigned iterations, unsigned char *out);

/* Takes the same time wherever the bytes differ. */
bool hash_equal(const unsigned char *a, const unsigned char *b, size_t n);

/* Random bytes from the kernel's generator, for names nobody can guess. */
void hash_random(void *out, size_t len);

#endif
