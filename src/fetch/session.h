/* SPDX-License-Identifier: ISC */
/*
 * One session with one account, by POP3 or IMAP: everything new goes into the
 * spool. Runs in a process of its own. To understand fetching, start reading at
 * run_session() in session.c.
 */
#ifndef FETCH_SESSION_H
#define FETCH_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "account/account.h"
#include "tell/hook.h"
#include "util/error.h"

/* min_free: a twentieth of the disk, and at most 100 MB. */
#define FETCH_MIN_FREE_AUTO UINT64_MAX

/* The sessions that one run for an account may need. */
struct fetch_run {
	int64_t began;	    /* microseconds since 1970, as ids of sessions */
	bool unpipelined;   /* the last one lost what was sent ahead */
	bool at_once;	    /* …from the first command on */
	int n_over;	    /* so many have ended at a suspect */
	struct error first; /* why the last one was not the last */
};

/*
 * A fetcher is confined after its login (see sandbox.h): it can neither connect
 * again nor run a program. It leaves that to its parent.
 */
struct fetch_left {
	bool again;	      /* start another fetcher at once, */
	struct fetch_run run; /* which goes on from here */
	struct error trouble; /* run on-trouble; ERR_NONE: do not */
};

/*
 * By a pipe: job->left_fd is its writing end. The parent takes it when the
 * fetcher has ended; it is checked as input of a process that a server may have
 * taken over. All zero: nothing is left to do.
 */
void fetch_take_left(int fd, struct fetch_left *out);

struct live;

/* All borrowed, but for the session in `live`. */
struct fetch_job {
	const struct account *account;
	const struct account *accounts; /* all of the configuration */
	size_t n_accounts;
	const struct account *smtp; /* mail is sent by it; or NULL */
	int account_index;  /* its place in the configuration, for reports */
	int64_t account_id; /* its number in the state; the caller has locked it
			     */
	const char *state_dir;
	const char *spool_dir;
	const char *maildir;
	uint64_t min_free; /* bytes of a disk that mail leaves; 0: none */
	int64_t complain_after;
	struct hook on_trouble;
	bool watched;		     /* a person looks on: report all trouble */
	bool best_effort;	     /* go on where it cannot be confined */
	struct live *live;	     /* a session that has waited, or NULL */
	const struct fetch_run *run; /* go on from here; NULL: begin */
	int left_fd;		     /* see fetch_take_left(); or -1 */
	int lock_fd;   /* the account's lock, to be closed early; or -1 */
	int wake_fd;   /* gets a byte when mail is in the spool; or -1 */
	int report_fd; /* for report_send(); -1: none */
};

/*
 * Load what connections of this account need. Call it before the fetcher is
 * forked, which inherits it.
 */
void fetch_prepare(const struct account *account);

/*
 * Run the session and log its trouble. Returns the exit status: 0, 75, 77. If
 * another one must follow, that one's counts.
 */
int fetch_run(const struct fetch_job *job);

/*
 * Record messages on the server as known without fetching them: all that are
 * not known yet, or only those in `uidls` (NULL-terminated), if it has any.
 * They are never deleted on the server. *n_out gets their number. This process
 * is confined then.
 */
int fetch_mark_seen(const struct fetch_job *job, char *const *uidls,
		    size_t *n_out, struct error *err);

#endif
