/* SPDX-License-Identifier: ISC */
/* Doubts about a value, and about those that are, or should be, addresses. */
#ifndef RULES_DOUBT_ADDRESS_H
#define RULES_DOUBT_ADDRESS_H

#include <stdbool.h>

#include "rules/condition.h"
#include "util/buf.h"

/* Bytes of a value that are repeated. */
#define DOUBT_SHOWN 120

/* A value with its condition. `v` is the text without the name of a field. */
struct look {
	const struct condition *c;
	const struct needle *needle;
	struct slice v;
	struct buf *out;
};

/* Append the value, what is wrong with it, and what to write, or NULL. True. */
bool doubt_say(const struct look *l, const char *why, const char *instead);

bool doubt_address(const struct look *l);

#endif
