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
