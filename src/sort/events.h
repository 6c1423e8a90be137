/* SPDX-License-Identifier: ISC */
/* What was done, for programs that read the log: an event a message. */
#ifndef SORT_EVENTS_H
#define SORT_EVENTS_H

#include <stddef.h>

struct decision;
struct delivery;
struct sorter;

/*
 * Emit the event of steps that were recorded as done: those of a message that
 * was just decided, or (d NULL) a single one of before.
 */
void sorter_emit(struct sorter *s, const struct delivery *steps, size_t n,
		 const struct decision *d);

#endif
