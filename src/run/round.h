/* SPDX-License-Identifier: ISC */
/*
 * Who is polled when, and by whom: the parent of the workers. One process for
 * each account, at most `parallel` at a time, and one sorter, which ends when
 * all fetchers have and the spool is empty.
 */
#ifndef RUN_ROUND_H
#define RUN_ROUND_H

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"

/*
 * One round over the accounts with these indices. An account that another
 * process is busy with is passed over quietly, with status 75; one whose login
 * was refused again and again waits (status 77), unless a person has named it.
 * Returns the worst exit status.
 */
int schedule_round(const struct config *config, const size_t *accounts,
		   size_t n, bool named);

/* The number of the newest message that anybody has brought; -1: unknown. */
int64_t schedule_newest(const struct config *config);

/* The dry run, one account after the other. */
int schedule_preview(const struct config *config, const size_t *accounts,
		     size_t n);

/*
 * Nobody else is to work on this account meanwhile. 1 and the descriptor that
 * holds the lock, 0 when somebody does, -1.
 */
int schedule_lock_account(const struct config *config, int64_t id, int *fd_out,
			  struct error *err);

/* fetch_mark_seen() for an account of the configuration, with its lock. */
int schedule_mark_seen(const struct config *config, size_t account,
		       char *const *uidls, size_t *n_out, struct error *err);

/* What the sorter is told; borrows from the config. */
struct sort_options;
void schedule_sort_options(const struct config *config, int report_fd,
			   struct sort_options *out);

#endif
