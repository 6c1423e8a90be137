/* SPDX-License-Identifier: ISC */
/*
 * The process that fetches from one account, and what it leaves to its parent
 * (struct fetch_left).
 *
 *	fetcher_prepare(&fetcher, &job, err);
 *	fetcher.pid = worker_fork(err);
 *	if (fetcher.pid == 0)
 *		fetcher_run(&fetcher, &job);
 *	fetcher_started(&fetcher, &job);	// also if there is no process
 *	…
 *	again = fetcher_ended(&fetcher, status, &trouble);
 *
 * All zero is one that does not run. It can be copied; the last copy counts.
 */
#ifndef RUN_FETCHER_H
#define RUN_FETCHER_H

#include <stdbool.h>
#include <sys/types.h>

#include "fetch/session.h"

/*
 * Fetchers in a row for an account. Some servers list a few hundred messages at
 * a time; with more than this, the rest comes with the next poll.
 */
#define FETCHERS_MAX 1000

struct fetcher {
	pid_t pid;	       /* 0: it does not run */
	int from;	       /* while it runs: its pipe */
	int n;		       /* in a row before it */
	struct fetch_run *run; /* from the last one; NULL: the first in a row */
};

/* Make the pipe, and complete the job. */
int fetcher_prepare(struct fetcher *f, struct fetch_job *job,
		    struct error *err);

/* In the new process, when it has closed what it does not need. */
_Noreturn void fetcher_run(struct fetcher *f, const struct fetch_job *job);

/* In the parent; f->pid is as fork() has returned it. */
void fetcher_started(struct fetcher *f, const struct fetch_job *job);

/*
 * It has ended with this status of waitpid(). True: start another one at once.
 * *trouble_out: run on-trouble for it, unless its kind is ERR_NONE.
 */
bool fetcher_ended(struct fetcher *f, int status, struct error *trouble_out);

/* Forget what it leaves. */
void fetcher_drop(struct fetcher *f);

#endif
