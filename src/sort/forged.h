/* SPDX-License-Identifier: ISC */
/*
 * A step whose seal is wrong (state/key.h) is not done. Somebody who cannot
 * plan steps has written or changed it, or the database is damaged. The message
 * goes to the fallback folder, unless a sealed step files it.
 */
#ifndef SORT_FORGED_H
#define SORT_FORGED_H

#include <stdbool.h>

#include "state/plan.h"

struct sorter;

/* Must it not be done? `command`: it was read as a step that runs something. */
bool forged_is(const struct delivery *step, bool command);

/*
 * Delete the step, and plan the filing, which *step becomes; or nothing, with
 * message 0. A person is told. The caller holds the lock of the sorters. -1
 * only when the state cannot be written.
 */
int forged_replace(struct sorter *s, struct delivery *step, struct error *err);

#endif
