/* SPDX-License-Identifier: ISC */
/*
 * Names of the header fields that rules use. A hash table, because every field
 * of every message is looked up.
 */
#include <stdint.h>

#include "rules/internal.h"
#include "util/ascii.h"
#include "util/xalloc.h"

#include "util/banned.h"

static char *lower_case(struct slice s)
{
	char *copy = xmemdup0(s.p, s.len);

	ascii_lower_bytes(copy, s.len);
	return copy;
}

static size_t bucket_of(struct slice name)
{
	uint32_t hash = 2166136261U; /* FNV-1a */

	for (size_t i = 0; i < name.len; i++)
		hash = (hash ^ (unsigned char)ascii_lower(name.p[i])) *
		       16777619U;
	return hash % NAME_BUCKETS;
}

size_t rule_find_name(const struct ruleset *set, struct slice name)
{
	size_t i = set->buckets[bucket_of(name)];

	while (i != 0 &&
	       !slice_equal_nocase(name, slice_str(set->names[i - 1])))
		i = set->chain[i - 1];
	return i == 0 ? set->n_names : i - 1;
}

/* A set has each name once, so that a message is indexed once. */
unsigned rule_intern_name(struct ruleset *set, struct slice name)
{
	size_t i = rule_find_name(set, name), bucket = bucket_of(name);

	if (i < set->n_names)
		return (unsigned)i;
	xgrow(&set->names, set->n_names, sizeof(*set->names));
	xgrow(&set->chain, set->n_names, sizeof(*set->chain));
	set->names[i] = lower_case(name);
	set->chain[i] = set->buckets[bucket];
	set->buckets[bucket] = ++set->n_names;
	return (unsigned)i;
}
