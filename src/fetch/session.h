/* SPDX-License-Identifier: ISC */
/*
 * One POP3 session with one mailbox: everything new goes into the spool. Runs
 * in a process of its own. To understand fetching, start reading at
 * run_session() in session.c.
 */
#ifndef FETCH_SESSION_H
#define FETCH_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "account/account.h"
#include "tell/hook.h"

/* min_free: a twentieth of the disk, and at most 100 MB. */
#define FETCH_MIN_FREE_AUTO UINT64_MAX

/* All borrowed. */
struct fetch_job {
	const struct account *account;
	const struct account *accounts; /* all of the configuration */
	size_t n_accounts;
	int account_index;  /* its place in the configuration, for reports */
	int64_t account_id; /* its number in the state; the caller has locked it
			     */
	const char *state_dir;
	const char *spool_dir;
	const char *maildir;
	uint64_t min_free; /* bytes of a disk that mail leaves; 0: none */
	int64_t complain_after;
	struct hook on_trouble;
	bool watched;  /* a person looks on: report all trouble */
	int lock_fd;   /* the account's lock, to be closed early; or -1 */
	int wake_fd;   /* gets a byte when mail is in the spool; or -1 */
	int report_fd; /* for report_send(); -1: none */
};

/*
 * Load what connections of this account need. Call it before the fetcher is
 * forked, which inherits it.
 */
void fetch_prepare(const struct account *account);

/* Run the session and log its trouble. Returns the exit status: 0, 75, 77. */
int fetch_run(const struct fetch_job *job);

/*
 * Record messages on the server as known without fetching them: all that are
 * not known yet, or only those in `uidls` (NULL-terminated), if it has any.
 * They are never deleted on the server. *n_out gets their number.
 */
int fetch_mark_seen(const struct fetch_job *job, char *const *uidls,
		    size_t *n_out, struct error *err);

#endif
