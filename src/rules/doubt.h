/* SPDX-License-Identifier: ISC */
/* Values that can never hold, or always will, and what may be meant. */
#ifndef RULES_DOUBT_H
#define RULES_DOUBT_H

#include <stdbool.h>

#include "rules/condition.h"
#include "util/buf.h"

/* Append what is wrong with a value of the condition; false: nothing is. */
bool doubt_value(const struct condition *c, const struct needle *needle,
		 struct buf *out);

/* The same for a condition that has no texts. */
bool doubt_number(const struct condition *c, struct buf *out);

#endif
