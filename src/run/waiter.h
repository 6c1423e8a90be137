/* SPDX-License-Identifier: ISC */
/*
 * The waiter: one process, a child of the daemon, with the sessions of all
 * accounts that wait for mail (fetch/live.h). It knows no state, and of
 * passwords those of proxies. The daemon gives it an account, with what is
 * known of its INBOX and the end of a pipe from which the password comes. It
 * logs in, waits, and when mail has come it forks a fetcher that goes on in the
 * same session. How that ended, or how the waiting did, it tells the daemon,
 * which then decides.
 */
#ifndef RUN_WAITER_H
#define RUN_WAITER_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config.h"
#include "fetch/live.h"
#include "util/error.h"

enum waiter_word {
	WAITER_WATCH,	 /* to it, with a descriptor: wait for this account */
	WAITER_IDLE,	 /* from it: it is logged in, and waits */
	WAITER_FETCHING, /* mail has come: a fetcher runs */
	WAITER_BUSY,	 /* mail has come, and another fetcher has the lock */
	WAITER_ENDED,	 /* the fetcher has */
	WAITER_LOST,	 /* it does not wait any more */
};

/* A frame; see util/frame.h. */
struct waiter_message {
	enum waiter_word word;
	uint32_t account; /* its place in the configuration */
	int64_t id;	  /* its number in the state */
	struct live_known known;
	int status;	      /* of waitpid() */
	bool again;	      /* the fetcher wants another one to follow */
	int64_t wait;	      /* seconds that the server asks for, or 0 */
	struct error trouble; /* for on-trouble; or why it was lost */
};

/*
 * In the new process. `control` is its end of a socket (SOCK_SEQPACKET), and
 * `wake_fd` as in struct fetch_job. Returns when the daemon is gone.
 */
void waiter_run(const struct config *config, int control, int wake_fd);

/* Overwrite the passwords in a configuration, but for those of proxies. */
void waiter_forget_passwords(const struct config *config);

#endif
