/* SPDX-License-Identifier: ISC */
/* A set of duplicate keys: of messages that were decided a moment ago. */
#ifndef SORT_KEYS_H
#define SORT_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "util/hash.h"

/* All zero is an empty set. */
struct sort_keys {
	unsigned char (*slots)[HASH_SIZE];
	bool *used; /* of each slot */
	size_t n, size;
};

void sort_keys_add(struct sort_keys *keys, const unsigned char key[HASH_SIZE]);
bool sort_keys_has(const struct sort_keys *keys,
		   const unsigned char key[HASH_SIZE]);
void sort_keys_clear(struct sort_keys *keys);
void sort_keys_release(struct sort_keys *keys);

#endif
