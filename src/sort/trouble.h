/* SPDX-License-Identifier: ISC */
/* Steps that failed: logged once, counted, and left for a later drain. */
#ifndef SORT_TROUBLE_H
#define SORT_TROUBLE_H

#include <stdbool.h>
#include <stdint.h>

#include "util/error.h"

struct sorter;

struct trouble {
	struct error said;    /* logged last, to log it once */
	struct error drained; /* why the last drain left something */
	bool news;	      /* it was not told of today */
	struct error forged;  /* the last step that was, see forged.h */
	unsigned n_forged;    /* in this run */
};

/* A step failed: count it, log it once a day, leave it for later. */
void sorter_step_failed(struct sorter *s, const struct error *err);

/*
 * The file of a message is not in the spool: log it, and forget the message
 * when it can be had again. -1 only when the state cannot be written.
 */
int sorter_lost(struct sorter *s, const char *who, int64_t message,
		const char *why, struct error *err);

#endif
