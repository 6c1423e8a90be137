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
#include <stdint.h>

#include "util/buf.h"

struct set;

struct set *set_new(void);
struct set *set_new_placed(void); /* which has set_place() */
void set_free(struct set *set);	  /* NULL is accepted */
void set_add(struct set *set, struct slice s);
bool set_has(const struct set *set, struct slice s);

/*
 * How many others were added before this one; SET_NONE: it is not there.
 */
#define SET_NONE SIZE_MAX
size_t set_place(const struct set *set, struct slice s);

#endif
