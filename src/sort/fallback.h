/* SPDX-License-Identifier: ISC */
/*
 * The fallback folder, for a message that no step files and whose command
 * failed.
 */
#ifndef SORT_FALLBACK_H
#define SORT_FALLBACK_H

#include <stdbool.h>

#include "state/plan.h"

struct sorter;

/*
 * When no step of the message files it, plan one into the fallback folder and
 * perform it before this returns: *filed_out. 1 done; 0 another sorter is at
 * work and there is no time to wait for it; -1.
 */
int sorter_file_failed(struct sorter *s, const struct delivery *step,
		       const char *why, bool *filed_out, struct error *err);

/*
 * In place of a step that is forged, see forged.h: the message is filed when
 * this returns. 1; 0 another sorter is at work; -1.
 */
int sorter_file_forged(struct sorter *s, struct delivery *step,
		       struct error *err);

#endif
