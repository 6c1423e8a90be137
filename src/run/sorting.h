/* SPDX-License-Identifier: ISC */
/*
 * The stages of a sorter's work, in its own process. Failures are logged here.
 * When sorting begins to fail, and then once a day, on-trouble is run, unless
 * a person looks on (`watched`).
 */
#ifndef RUN_SORTING_H
#define RUN_SORTING_H

#include <stdbool.h>

#include "config/config.h"

struct sorter;

/* sorter_drain(), sorter_finish(). Each returns the exit status. */
int sorting_drain(const struct config *config, struct sorter *sorter,
		  bool watched);
int sorting_finish(const struct config *config, struct sorter *sorter,
		   bool watched);

/* sorter_open() failed with `err`. Returns the exit status. */
int sorting_cannot_start(const struct config *config, const struct error *err,
			 bool watched);

#endif
