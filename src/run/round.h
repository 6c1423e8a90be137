/* SPDX-License-Identifier: ISC */
/*
 * One round over some accounts, as cron wants it: a process for each account,
 * at most `parallel` at a time, and one sorter, which ends when all fetchers
 * have and the spool is empty.
 */
#ifndef RUN_ROUND_H
#define RUN_ROUND_H

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"

/*
 * Poll the accounts at these places in the configuration. One that another
 * process is polling is skipped quietly, with status 75; one whose login was
 * refused repeatedly waits (status 77), unless the user named it on the command
 * line (`named`). Returns the worst exit status.
 */
int round_run(const struct config *config, const size_t *accounts, size_t n,
	      bool named);

#endif
