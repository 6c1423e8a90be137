/* SPDX-License-Identifier: ISC */
/* Events for programs that read the log: one for each message that is done. */
#ifndef SORT_EVENTS_H
#define SORT_EVENTS_H

#include <stddef.h>

struct decision;
struct delivery;
struct sorter;

/*
 * Emit the event of steps that were recorded as done: all of a message that was
 * just decided, or (d NULL) one that an earlier sorter planned.
 */
void sorter_emit(struct sorter *s, const struct delivery *steps, size_t n,
		 const struct decision *d);

#endif
