/* SPDX-License-Identifier: ISC */
/* How often the rules apply, as `rules` shows it. */
#ifndef SORT_COUNTS_H
#define SORT_COUNTS_H

#include <stdint.h>

#include "util/error.h"

struct sorter;
struct batch;

/*
 * Record which rules there are, once a run, and how often they applied. Both
 * run within the transaction that freezes the plans.
 */
int sorter_know_rules(struct sorter *s, int64_t now, struct error *err);
int sorter_count_rules(struct sorter *s, const struct batch *b, int64_t now,
		       struct error *err);

#endif
