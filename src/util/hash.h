/* SPDX-License-Identifier: ISC */
/*
 * SHA-256 over a stream; the only user of OpenSSL's EVP.
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

#define HASH_SIZE 32

struct hash;

struct hash *hash_new(void);
void hash_free(struct hash *h);
void hash_update(struct hash *h, const void *p, size_t len);
void hash_final(struct hash *h, unsigned char digest[HASH_SIZE]);

/* The first n bytes of a digest as 2n lower-case digits and a NUL. */
void hash_hex(const unsigned char *digest, size_t n, char *out);

/* The opposite: n bytes from 2n such digits. False for anything else. */
bool hash_from_hex(const char *hex, size_t n, unsigned char *out);

/* Random bytes from the kernel's generator, for names nobody can guess. */
void hash_random(void *out, size_t len);

#endif
