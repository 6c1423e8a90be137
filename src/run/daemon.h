/* SPDX-License-Identifier: ISC */
/*
 * The daemon: polls each account when it is due, sorts what came, and never
 * ends by itself. The parent only waits: fetchers and one sorter do the work
 * in processes of their own, which end when there is nothing left to do, so
 * that months do not add up to anything.
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

/* What a daemon cannot do by itself. */
struct daemon_host {
	void *context;
	/* The configuration as it is now. NULL: why not, all of it said. */
	struct config *(*load)(void *context, struct error *err);
	/* Do its tests hold? Runs in a child; what fails is said there. */
	bool (*test)(void *context, const struct config *config);
	/* All is ready; called once. */
	void (*ready)(void *context);
	char *const *names; /* of the accounts to serve; */
	size_t n_names;	    /* none: all that are enabled */
};

/* Takes the configuration over. Returns the exit status: 0 after a signal. */
int daemon_run(struct config *config, const struct daemon_host *host);

/*
 * The process that is the daemon of this configuration: 1 and its number, 0
 * when there is none, -1.
 */
int daemon_find(const struct config *config, long *pid_out, struct error *err);

#endif
