/* SPDX-License-Identifier: ISC */
#include "../tap.h"
#include "util/hash.h"

static void test_hash(void)
{
	struct hash *h = hash_new();
	unsigned char digest[HASH_SIZE];
	char hex[2 * HASH_SIZE + 1];

	for (int i = 0; i < 2; i++) {
		hash_update(h, "ab", 2);
		hash_update(h, "c", 1);
		hash_final(h, digest);
		hash_hex(digest, HASH_SIZE, hex);
		is_str("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff"
		       "61f20015ad",
		       hex, "SHA-256 of \"abc\", again and again");
	}
	hash_free(h);
}

static void is_hex(const char *want, const unsigned char *digest, size_t n,
		   const char *name)
{
	char hex[2 * HASH_SIZE + 1];

	hash_hex(digest, n, hex);
	is_str(want, hex, name);
}

/* RFC 1321, RFC 2202, RFC 4231, RFC 6070, RFC 7914. */
static void test_login(void)
{
	unsigned char out[HASH_SIZE];
	struct slice key = slice_str("Jefe");
	struct slice text = slice_str("what do ya want for nothing?");

	ok(hash_digest(HASH_MD5, slice_str("abc"), out), "MD5");
	is_hex("900150983cd24fb0d6963f7d28e17f72", out, 16, "MD5 of \"abc\"");
	ok(hash_hmac(HASH_MD5, key, text, out), "HMAC-MD5");
	is_hex("750c783e6ab0b503eaa86e310a5db738", out, 16, "RFC 2202, 2.2");
	ok(hash_hmac(HASH_SHA1, key, text, out), "HMAC-SHA-1");
	is_hex("effcdf6ae5eb2fa2d27416d5f184df9c259a7c79", out, 20,
	       "RFC 2202, 3.2");
	ok(hash_hmac(HASH_SHA256, key, text, out), "HMAC-SHA-256");
	is_hex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec38"
	       "43",
	       out, 32, "RFC 4231, 4.3");
	ok(hash_pbkdf2(HASH_SHA1, slice_str("password"), slice_str("salt"),
		       4096, out),
	   "PBKDF2");
	is_hex("4b007901b765489abead49d926f721d065a429c1", out, 20,
	       "RFC 6070, 2");
	ok(hash_pbkdf2(HASH_SHA256, slice_str("passwd"), slice_str("salt"), 1,
		       out),
	   "PBKDF2");
	is_hex("55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dac"
	       "bc",
	       out, 32, "RFC 7914, 11");
	ok(hash_hmac(HASH_SHA256, SLICE_EMPTY, text, out), "an empty key");
}

static void test_equal(void)
{
	unsigned char a[] = {1, 2, 3}, b[] = {1, 2, 4};

	ok(hash_equal(a, a, 3), "equal");
	ok(!hash_equal(a, b, 3), "not equal");
	ok(hash_equal(a, b, 2), "equal as far as looked at");
}

int main(void)
{
	test_hash();
	test_login();
	test_equal();
	return done_testing();
}
