/* SPDX-License-Identifier: ISC */
/*
 * One POP3 session of one account: from the listing to QUIT, everything new
 * into the spool. Runs in a process of its own. Start reading here.
 */
#ifndef FETCH_SESSION_H
#define FETCH_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "account/account.h"
#include "tell/hook.h"

/* All borrowed. */
struct fetch_job {
	const struct account *account;
	int account_index;  /* in the configuration, for reports */
	int64_t account_id; /* in the state; the caller holds its lock */
	const char *state_dir;
	const char *spool_dir;
	int64_t complain_after;
	struct hook on_trouble;
	bool watched;  /* a person looks on: tell all */
	bool patient;  /* a daemon: see health.h */
	int lock_fd;   /* of the account, in the fetcher's process; or -1 */
	int wake_fd;   /* a byte is written when mail is in the spool */
	int report_fd; /* for report_send(); -1: none */
};

/*
 * Once, in the process from which fetchers are forked: what all their
 * connections need, and inherit.
 */
void fetch_prepare(void);

/* Do it, log what went wrong. Returns the exit status: 0, 75, 77. */
int fetch_run(const struct fetch_job *job);

/*
 * Take what is on the server for known, without fetching it: all that is not
 * known yet or, when `uidls` names some (NULL-terminated), only those. Such
 * messages are never deleted there. How many in *n_out.
 */
int fetch_mark_seen(const struct fetch_job *job, char *const *uidls,
		    size_t *n_out, struct error *err);

#endif
