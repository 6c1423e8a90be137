/* SPDX-License-Identifier: ISC */
/*
 * Progress shown on the terminal. The workers send small structs through a
 * pipe, each in one atomic write; the parent draws one live line for each
 * account, which becomes a line of the summary. Without a terminal nothing is
 * shown.
 *
 * The live lines follow the size of the terminal. One that cannot move its
 * cursor (TERM is dumb or not set) gets only the summary. NO_COLOR is honoured
 * (no-color.org).
 */
#ifndef TELL_REPORT_H
#define TELL_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"

enum report_kind {
	REPORT_LISTED,	/* `count` messages of `bytes` will be fetched */
	REPORT_FETCHED, /* `count` of them, `bytes` in all, are here now */
	REPORT_FILED,	/* one was filed into folder `text` */
	REPORT_ENDED,	/* the session is over; `text`: what went wrong */
	REPORT_ALIVE,	/* no account: the sorter is still working */
};

struct report_event {
	enum report_kind kind;
	int account; /* index in the configuration; -1: none */
	uint64_t count, bytes;
	char text[192];
};

/* Send to `fd`, or nowhere when it is -1. Errors are ignored. */
void report_send(int fd, const struct report_event *event);

struct report;

/* Draw for these accounts on the terminal `fd`. Names are borrowed. */
struct report *report_new(int fd, const char *const *names, size_t n);

/* Take one event and redraw, at most five times a second. */
void report_add(struct report *r, const struct report_event *event);

/* Redraw when 200 ms have passed since the last time. NULL is accepted. */
void report_tick(struct report *r);

/* Show complete lines of the log, unchanged, above the live lines. */
void report_print(struct report *r, struct slice lines);

/* Replace the live lines by the summary and free r. NULL is accepted. */
void report_finish(struct report *r);

#endif
