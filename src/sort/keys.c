/* SPDX-License-Identifier: ISC */
/*
 * Open addressing. The keys are digests, so that their first bytes are as good
 * as a hash of them; senders who wanted collisions would have to find them in
 * SHA-256.
 */
#include "sort/keys.h"

#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

#include "util/banned.h"

#define FIRST_SIZE 64 /* a power of two, like each size after it */

/* The slot of the key, or the free one where it belongs. */
static size_t slot_of(const struct sort_keys *keys, const unsigned char *key)
{
	size_t i;

	memcpy(&i, key, sizeof(i));
	i &= keys->size - 1;
	while (keys->used[i] && memcmp(keys->slots[i], key, HASH_SIZE) != 0)
		i = (i + 1) & (keys->size - 1);
	return i;
}

static void put(struct sort_keys *keys, const unsigned char *key)
{
	size_t i = slot_of(keys, key);

	if (keys->used[i])
		return;
	memcpy(keys->slots[i], key, HASH_SIZE);
	keys->used[i] = true;
	keys->n++;
}

static void resize(struct sort_keys *keys, size_t size)
{
	struct sort_keys old = *keys;

	keys->slots = xcalloc(size, sizeof(*keys->slots));
	keys->used = xcalloc(size, sizeof(*keys->used));
	keys->size = size;
	keys->n = 0;
	for (size_t i = 0; i < old.size; i++)
		if (old.used[i])
			put(keys, old.slots[i]);
	sort_keys_release(&old);
}

void sort_keys_add(struct sort_keys *keys, const unsigned char key[HASH_SIZE])
{
	/* At most three of four slots are used: searches stay short. */
	if (4 * (keys->n + 1) > 3 * keys->size)
		resize(keys, keys->size == 0 ? FIRST_SIZE : 2 * keys->size);
	put(keys, key);
}

bool sort_keys_has(const struct sort_keys *keys,
		   const unsigned char key[HASH_SIZE])
{
	return keys->n > 0 && keys->used[slot_of(keys, key)];
}

void sort_keys_clear(struct sort_keys *keys)
{
	if (keys->n > 0)
		memset(keys->used, 0, keys->size * sizeof(*keys->used));
	keys->n = 0;
}

void sort_keys_release(struct sort_keys *keys)
{
	free(keys->slots);
	free(keys->used);
	memset(keys, 0, sizeof(*keys));
}
