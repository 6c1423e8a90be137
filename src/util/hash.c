/* SPDX-License-Identifier: ISC */
#include "util/hash.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <sys/random.h>

#include "util/xalloc.h"

#include "util/banned.h"

struct hash {
	EVP_MD *type; /* fetched once: a lookup per message is slow */
	EVP_MD_CTX *context;
};

/*
 * EVP fails here only when memory runs out or the library is broken. A digest
 * decides what counts as delivered, so a wrong one must not be used: abort.
 */
static void check(int ok)
{
	if (ok != 1)
		abort();
}

struct hash *hash_new(void)
{
	struct hash *h = xcalloc(1, sizeof(*h));

	h->type = EVP_MD_fetch(NULL, "SHA256", NULL);
	h->context = EVP_MD_CTX_new();
	check(h->type != NULL && h->context != NULL);
	check(EVP_DigestInit_ex2(h->context, h->type, NULL));
	return h;
}

void hash_prepare(void)
{
	hash_free(hash_new());
}

void hash_free(struct hash *h)
{
	if (h == NULL)
		return;
	EVP_MD_CTX_free(h->context);
	EVP_MD_free(h->type);
	free(h);
}

void hash_update(struct hash *h, const void *p, size_t len)
{
	check(EVP_DigestUpdate(h->context, p, len));
}

void hash_final(struct hash *h, unsigned char digest[HASH_SIZE])
{
	check(EVP_DigestFinal_ex(h->context, digest, NULL));
	check(EVP_DigestInit_ex2(h->context, h->type, NULL));
}

void hash_hex(const unsigned char *digest, size_t n, char *out)
{
	static const char hex[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = hex[digest[i] >> 4];
		out[2 * i + 1] = hex[digest[i] & 15];
	}
	out[2 * n] = '\0';
}

static const struct kind {
	const char *name;
	size_t size;
} kinds[] = {
	[HASH_MD5] = {"MD5", 16},
	[HASH_SHA1] = {"SHA1", 20},
	[HASH_SHA256] = {"SHA256", 32},
};

size_t hash_size(enum hash_kind kind)
{
	return kinds[kind].size;
}

bool hash_digest(enum hash_kind kind, struct slice text, unsigned char *out)
{
	return EVP_Q_digest(NULL, kinds[kind].name, NULL, text.p, text.len, out,
			    NULL) == 1;
}

bool hash_hmac(enum hash_kind kind, struct slice key, struct slice text,
	       unsigned char *out)
{
	return EVP_Q_mac(NULL, "HMAC", NULL, kinds[kind].name, NULL, key.p,
			 key.len, (const unsigned char *)text.p, text.len, out,
			 kinds[kind].size, NULL) != NULL;
}

bool hash_pbkdf2(enum hash_kind kind, struct slice password, struct slice salt,
		 unsigned iterations, unsigned char *out)
{
	EVP_MD *type = EVP_MD_fetch(NULL, kinds[kind].name, NULL);
	bool ok = type != NULL &&
		  PKCS5_PBKDF2_HMAC(password.p, (int)password.len,
				    (const unsigned char *)salt.p,
				    (int)salt.len, (int)iterations, type,
				    (int)kinds[kind].size, out) == 1;

	EVP_MD_free(type);
	return ok;
}

bool hash_equal(const unsigned char *a, const unsigned char *b, size_t n)
{
	unsigned char difference = 0;

	for (size_t i = 0; i < n; i++)
		difference |= a[i] ^ b[i];
	return difference == 0;
}

static int value_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool hash_from_hex(const char *hex, size_t n, unsigned char *out)
{
	for (size_t i = 0; i < n; i++) {
		int high = value_of(hex[2 * i]);
		int low = high == -1 ? -1 : value_of(hex[2 * i + 1]);

		if (low == -1)
			return false;
		out[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}

void hash_random(void *out, size_t len)
{
	char *at = out;

	while (len > 0) {
		ssize_t n = getrandom(at, len, 0);

		if (n <= 0)
			continue;
		at += n;
		len -= (size_t)n;
	}
}
