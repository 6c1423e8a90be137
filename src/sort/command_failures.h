/* SPDX-License-Identifier: ISC */
/* Commands of rules that failed: collected, and told at the end of a run. */
#ifndef SORT_COMMAND_FAILURES_H
#define SORT_COMMAND_FAILURES_H

#include <stdbool.h>
#include <stdint.h>

#include "state/plan.h"

struct sorter;

/* It is tried again in so many seconds; or it is not. */
void command_failed_later(struct sorter *s, const struct delivery *step,
			  const char *why, int64_t wait);
void command_failed_last(struct sorter *s, const struct delivery *step,
			 const char *why, bool filed);

/* Log what was collected, once a rule, and forget it. */
void sorter_tell_commands(struct sorter *s);

/* The rule whose command it is, for people, or its action. Allocated. */
char *command_whose(const struct delivery *step);

#endif
