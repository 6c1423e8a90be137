/* SPDX-License-Identifier: ISC */
/* A step into the fallback folder, for a message whose plan cannot be done. */
#ifndef SORT_FILING_H
#define SORT_FILING_H

#include "state/plan.h"

struct sorter;

/*
 * Make a step that files the message of `step` into the fallback folder, with
 * its bytes, durable, in the spool. 1; 0 the message has no row; -1. The caller
 * releases *filing, and holds the lock of the sorters.
 */
int sorter_make_filing(struct sorter *s, const struct delivery *step,
		       const char *why, int n, struct delivery *filing,
		       struct error *err);

#endif
