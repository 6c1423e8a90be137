/* SPDX-License-Identifier: ISC */
/*
 * Shows a round on a terminal: workers send their progress and the lines they
 * log, and the parent draws.
 *
 *	struct watch watch = WATCH_NONE;
 *
 *	watch_open(&watch, config, accounts, n, err);	// before any worker
 *	… fork; in the worker watch_leave(&watch) …
 *	watch_take(&watch);	// now and then
 *	watch_close(&watch);
 *
 * Without a terminal watch_open() opens nothing, and the others do nothing.
 */
#ifndef RUN_WATCH_H
#define RUN_WATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"
#include "tell/report.h"

struct watch {
	int events[2]; /* [1]: for report_send(), or -1 */
	int said[2];   /* logged lines, to be shown above the drawing */
	struct report *report;
	const size_t *accounts; /* their places in the configuration */
	size_t n;
};

#define WATCH_NONE                                                             \
	{                                                                      \
		.events = {-1, -1}, .said = { -1, -1 }                         \
	}

/* Borrows `config` and `accounts`. From now on logged lines go to the parent.
 */
int watch_open(struct watch *w, const struct config *config,
	       const size_t *accounts, size_t n, struct error *err);
void watch_close(struct watch *w);

/* In a worker: close the parent's ends. */
void watch_leave(struct watch *w);

/* Read and draw what the workers have sent. */
void watch_take(struct watch *w);

/* The session of accounts[i] has ended; `trouble` is for the summary, or NULL.
 */
void watch_end(struct watch *w, size_t i, const char *trouble);

#endif
