/* SPDX-License-Identifier: ISC */
/*
 * Running a program for its output: an argv array, never a shell; our
 * environment; standard input from /dev/null; a process group of its own,
 * which is killed when the time is up.
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
 * failed, was killed or ran out of time.
 */
int spawn_capture(char *const argv[], int seconds, struct buf *out,
		  struct error *err);

/* In a child, before exec: default actions, and no signal blocked. */
void spawn_reset_signals(void);

#endif
