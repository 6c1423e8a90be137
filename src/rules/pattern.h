/* SPDX-License-Identifier: ISC */
/* Guesses about a pattern that PCRE2 has accepted, for warnings. */
#ifndef RULES_PATTERN_H
#define RULES_PATTERN_H

#include <stdbool.h>

#include "util/buf.h"

/* Like (a+)+: a text that nearly matches takes exponentially many steps. */
bool pattern_is_slow(struct slice p);

#endif
