/* SPDX-License-Identifier: ISC */
/* From a message in the spool to its plan. The judge is asked once. */
#ifndef SORT_DECIDE_H
#define SORT_DECIDE_H

#include "sort/batch.h"

struct sorter;

/*
 * Make the plan of a message, with files for its steps. A message that cannot
 * be decided now gets an empty plan, and waits. -1 only when the drain cannot
 * go on.
 */
int sorter_decide(struct sorter *s, const struct plan_context *context,
		  struct batch *b, struct decision *d, struct error *err);

/*
 * Call sorter_foresee() before sorter_decide() of message i: it gives the judge
 * the messages that come next. sorter_forget_foreseen() ends that: answers that
 * the judge still owes are dropped.
 */
void sorter_foresee(struct sorter *s, const struct plan_context *context,
		    struct batch *b, size_t i);
void sorter_forget_foreseen(struct sorter *s, struct batch *b);

#endif
