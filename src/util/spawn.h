/* SPDX-License-Identifier: ISC */
/*
 * Running a program: an argv array, never a shell; our environment;
 * standard input from /dev/null; an own process group that is killed when
 * the time is up.
 */
#ifndef UTIL_SPAWN_H
#define UTIL_SPAWN_H

#include "util/buf.h"
#include "util/error.h"

/*
 * Run argv (NULL-terminated; argv[0] is looked up in PATH) and collect what
 * it writes to standard output, at most out->max bytes. Standard error is
 * ours. `seconds` is the time limit. Anything but exit status 0 is an
 * ERR_TEMPORARY error that says whether the program could not be started,
 * said no, was killed or ran out of time.
 */
int spawn_capture(char *const argv[], int seconds, struct buf *out,
		  struct error *err);

/* In a child, before exec: a program starts with the signals it expects. */
void spawn_reset_signals(void);

#endif
