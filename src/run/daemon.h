/* SPDX-License-Identifier: ISC */
/*
 * The daemon polls each account when it is due, sorts what came, and never
 * ends by itself. The parent only waits: fetchers and one sorter work in
 * processes of their own, which end when there is nothing left to do. No
 * process that handles mail lives long enough to leak.
 *
 * Signals: SIGHUP reads the configuration again; SIGUSR1 polls now; SIGTERM
 * and SIGINT end it within two seconds.
 */
#ifndef RUN_DAEMON_H
#define RUN_DAEMON_H

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"
#include "util/error.h"

/* Supplied by the caller, who knows the command line. */
struct daemon_host {
	void *context;
	/*
	 * Read the configuration again. NULL on error: everything wrong with
	 * it is logged, and `err` has the first of it.
	 */
	struct config *(*load)(void *context, struct error *err);
	/* Do its tests pass? Called in a child; logs those that fail. */
	bool (*test)(void *context, const struct config *config);
	/* Called once, when the daemon is ready. */
	void (*ready)(void *context);
	char *const *names; /* accounts to serve */
	size_t n_names;	    /* 0: all that are enabled */
};

/* Frees the configuration. Returns the exit status: 0 after a signal. */
int daemon_run(struct config *config, const struct daemon_host *host);

/*
 * Find the daemon of this configuration. Returns 1 and its process number, 0
 * when there is none, -1 on error.
 */
int daemon_find(const struct config *config, long *pid_out, struct error *err);

/*
 * When none is running: the process number of the last one, if it was killed or
 * has crashed; else 0. A daemon that ends takes its number out of its lock.
 */
long daemon_find_dead(const struct config *config);

#endif
