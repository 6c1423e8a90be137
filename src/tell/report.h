/* SPDX-License-Identifier: ISC */
/*
 * Progress for people. The workers send events through a pipe (small enough
 * to be atomic), the parent draws: on a terminal one live line per account,
 * which becomes a line of summary. Not on a terminal nothing at all is said.
 *
 * No more lines are drawn than the terminal has; they follow its size. Where
 * it can only type (TERM is dumb or not set) there is only the summary.
 * NO_COLOR is honoured (no-color.org).
 */
#ifndef TELL_REPORT_H
#define TELL_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"

enum report_kind {
	REPORT_LISTED,	/* count messages with so many bytes are to come */
	REPORT_FETCHED, /* count of them are here now, with so many bytes */
	REPORT_FILED,	/* one was filed into folder `text` */
	REPORT_ENDED,	/* the session is over; text: what went wrong */
	REPORT_ALIVE,	/* of no account: there is work, and it is done */
};

struct report_event {
	enum report_kind kind;
	int account; /* index in the configuration; -1: none */
	uint64_t count, bytes;
	char text[192];
};

/* Send to `fd`; -1 means nobody listens. Failing is fine. */
void report_send(int fd, const struct report_event *event);

struct report;

/* Draw for these accounts on the terminal `fd`. Names are borrowed. */
struct report *report_new(int fd, const char *const *names, size_t n);

/* Take in one event and redraw, at most a few times a second. */
void report_add(struct report *r, const struct report_event *event);

/* Time has passed: redraw, if that is not too often. NULL is accepted. */
void report_tick(struct report *r);

/* Complete lines of a log, as they are, above the live lines. */
void report_print(struct report *r, struct slice lines);

/* Replace the live lines by the summary; frees it. NULL is accepted. */
void report_finish(struct report *r);

#endif
