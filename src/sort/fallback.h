/* SPDX-License-Identifier: ISC */
/* A command gave up on a message that no other step files. */
#ifndef SORT_FALLBACK_H
#define SORT_FALLBACK_H

#include <stdbool.h>

#include "state/plan.h"

struct sorter;

/*
 * When no step of the message files it, plan one into the fallback folder:
 * *filed_out. It is performed before this returns. 1; 0 when another sorter is
 * at work and there is no time to wait for it; -1.
 */
int sorter_file_failed(struct sorter *s, const struct delivery *step,
		       const char *why, bool *filed_out, struct error *err);

#endif
