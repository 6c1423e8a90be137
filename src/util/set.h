/* SPDX-License-Identifier: ISC */
/*
 * A set of byte strings, looked up in constant time. The hash has a random key,
 * because senders of mail may choose the strings.
 *
 *	struct set *set = set_new();
 *
 *	set_add(set, slice);	// borrowed: it must outlive the set
 *	if (set_has(set, slice))
 *		…
 *	set_free(set);
 */
#ifndef UTIL_SET_H
#define UTIL_SET_H

#include <stdbool.h>
#include <stddef.h>

#include "util/buf.h"

struct set;

struct set *set_new(void);
void set_free(struct set *set); /* NULL is accepted */
void set_add(struct set *set, struct slice s);
bool set_has(const struct set *set, struct slice s);

#endif
