/* SPDX-License-Identifier: ISC */
/* From a message in the spool to its plan: the judge is asked, once. */
#ifndef SORT_DECIDE_H
#define SORT_DECIDE_H

#include "sort/batch.h"

struct sorter;

/*
 * The plan of a message, with files for its steps. A message that cannot be
 * decided now gets an empty one, and waits. -1 only when the drain cannot go
 * on.
 */
int sorter_decide(struct sorter *s, const struct plan_context *context,
		  struct batch *b, struct decision *d, struct error *err);

/*
 * Before sorter_decide() of message i: the judge gets those that come next.
 * Afterwards: nobody will ask for those that it still has.
 */
void sorter_foresee(struct sorter *s, const struct plan_context *context,
		    struct batch *b, size_t i);
void sorter_forget_foreseen(struct sorter *s, struct batch *b);

#endif
