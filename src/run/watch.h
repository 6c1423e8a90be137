/* SPDX-License-Identifier: ISC */
/*
 * A terminal on which somebody looks on while a round is done: workers send
 * what they do, and lines of their log, and the parent draws.
 *
 *	struct watch watch = WATCH_NONE;
 *
 *	watch_open(&watch, config, accounts, n, err);	// before any worker
 *	… fork; in the worker watch_leave(&watch) …
 *	watch_take(&watch);	// now and then
 *	watch_close(&watch);
 *
 * Where nobody looks on, watch_open() opens nothing, and the rest does nothing.
 */
#ifndef RUN_WATCH_H
#define RUN_WATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"
#include "tell/report.h"

struct watch {
	int events[2]; /* [1]: for report_send(), or -1 */
	int said[2];   /* lines of the log, to go above what is drawn */
	struct report *report;
	const size_t *accounts; /* by their places in the configuration */
	size_t n;
};

#define WATCH_NONE                                                             \
	{                                                                      \
		.events = {-1, -1}, .said = { -1, -1 }                         \
	}

/* Borrows both. From here on lines of the log go to the parent. */
int watch_open(struct watch *w, const struct config *config,
	       const size_t *accounts, size_t n, struct error *err);
void watch_close(struct watch *w);

/* In a worker: what is the parent's. */
void watch_leave(struct watch *w);

/* Draw what has come, and the time that has passed. */
void watch_take(struct watch *w);

/* The session of accounts[i] is over: well (NULL), or what the summary says. */
void watch_end(struct watch *w, size_t i, const char *trouble);

#endif
