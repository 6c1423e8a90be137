/* SPDX-License-Identifier: ISC */
/* `check --connect`: accounts as their servers have them. */
#ifndef RUN_SURVEY_H
#define RUN_SURVEY_H

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"

/*
 * Log in to the accounts at these places in the configuration, and show on
 * standard output what is there and what would be fetched; as an object a line
 * with `json`. Nothing changes, here or there. Trouble is logged. Returns the
 * worst exit status.
 */
int run_survey(const struct config *config, const size_t *accounts, size_t n,
	       bool json);

#endif
