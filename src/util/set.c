/* SPDX-License-Identifier: ISC */
#include "util/set.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/hash.h"
#include "util/xalloc.h"

#include "util/banned.h"

#define FIRST_SIZE 64

struct set {
	uint64_t key[2];
	struct slice *slots; /* p == NULL: free; size is a power of two */
	size_t *places;	     /* of those in the slots; NULL: not wanted */
	size_t size, n;
};

struct set *set_new(void)
{
	struct set *set = xcalloc(1, sizeof(*set));
	unsigned char random[16];

	hash_random(random, sizeof(random));
	memcpy(set->key, random, sizeof(set->key));
	set->size = FIRST_SIZE;
	set->slots = xcalloc(set->size, sizeof(*set->slots));
	return set;
}

struct set *set_new_placed(void)
{
	struct set *set = set_new();

	set->places = xcalloc(set->size, sizeof(*set->places));
	return set;
}

void set_free(struct set *set)
{
	if (set == NULL)
		return;
	free(set->slots);
	free(set->places);
	free(set);
}

static uint64_t rotate(uint64_t x, int n)
{
	return x << n | x >> (64 - n);
}

static void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[0] = rotate(v[0], 32);
	v[2] += v[3];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[2] = rotate(v[2], 32);
}

/* SipHash-1-3 (Aumasson, Bernstein 2012), little endian as we are. */
static uint64_t hash_of(const struct set *set, struct slice s)
{
	uint64_t v[4] = {set->key[0] ^ 0x736f6d6570736575U,
			 set->key[1] ^ 0x646f72616e646f6dU,
			 set->key[0] ^ 0x6c7967656e657261U,
			 set->key[1] ^ 0x7465646279746573U};
	uint64_t word;
	size_t i = 0;

	for (; i + 8 <= s.len; i += 8) {
		memcpy(&word, s.p + i, 8);
		v[3] ^= word;
		sip_round(v);
		v[0] ^= word;
	}
	word = (uint64_t)s.len << 56;
	for (size_t j = 0; i + j < s.len; j++)
		word |= (uint64_t)(unsigned char)s.p[i + j] << (8 * j);
	v[3] ^= word;
	sip_round(v);
	v[0] ^= word;
	v[2] ^= 0xff;
	for (int j = 0; j < 3; j++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* The slot that holds it, or the free slot where it belongs. */
static size_t find(const struct set *set, struct slice s)
{
	size_t i = (size_t)hash_of(set, s) & (set->size - 1);

	while (set->slots[i].p != NULL && !slice_equal(set->slots[i], s))
		i = (i + 1) & (set->size - 1);
	return i;
}

static void grow(struct set *set)
{
	const struct set old = *set;

	set->size *= 2;
	set->slots = xcalloc(set->size, sizeof(*set->slots));
	if (old.places != NULL)
		set->places = xcalloc(set->size, sizeof(*set->places));
	for (size_t i = 0; i < old.size; i++) {
		size_t to;

		if (old.slots[i].p == NULL)
			continue;
		to = find(set, old.slots[i]);
		set->slots[to] = old.slots[i];
		if (old.places != NULL)
			set->places[to] = old.places[i];
	}
	free(old.slots);
	free(old.places);
}

void set_add(struct set *set, struct slice s)
{
	size_t i = find(set, s);

	if (set->slots[i].p != NULL)
		return;
	set->slots[i] = s;
	if (set->places != NULL)
		set->places[i] = set->n;
	set->n++;
	if (set->n > set->size / 2)
		grow(set);
}

bool set_has(const struct set *set, struct slice s)
{
	return set->slots[find(set, s)].p != NULL;
}

size_t set_place(const struct set *set, struct slice s)
{
	size_t i = find(set, s);

	return set->slots[i].p == NULL ? SET_NONE : set->places[i];
}
