/* SPDX-License-Identifier: ISC */
/*
 * Who is polled when, and by whom: the parent of the workers. One process for
 * each account, at most `parallel` at a time, and one sorter, which ends when
 * all fetchers have and the spool is empty.
 */
#ifndef SCHEDULE_H
#define SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>

#include "config.h"

/*
 * One round over the accounts with these indices. An account that another
 * process is busy with is passed over quietly, with status 75. Returns the
 * worst exit status.
 */
int schedule_round(const struct config *config, const size_t *accounts,
		   size_t n);

/* The dry run, one account after the other. */
int schedule_preview(const struct config *config, const size_t *accounts,
		     size_t n);

/* What the sorter is told; borrows from the config. */
struct sort_options;
void schedule_sort_options(const struct config *config, int report_fd,
			   struct sort_options *out);

#endif
