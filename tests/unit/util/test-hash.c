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

int main(void)
{
	test_hash();
	return done_testing();
}
