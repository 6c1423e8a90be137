/* SPDX-License-Identifier: ISC */
/*
 * A message that kills our own code would stop all mail behind it, run after
 * run. The holder of a lock therefore writes into the lock's file what it is
 * at, so that the next holder knows what the last one died of. The file is not
 * synced: a killed process leaves it as written, and a power cut is no
 * message's fault.
 */
#ifndef SORT_SUSPECT_H
#define SORT_SUSPECT_H

#include <stdint.h>

#include "util/error.h"

struct sorter;

enum suspect_state {
	SUSPECT_NOTHING = 0,
	SUSPECT_DECIDING = 1,
	SUSPECT_RUNNING = 2, /* in a step that runs a program of the user */
	/*
	 * In a step that runs none: it may be killed while it waits for a
	 * server, and so only has to wait for its next turn.
	 */
	SUSPECT_WAITING = 3,
};

/* `n` is the step, 0 while deciding. A lock_fd of -1: there is no lock. */
void suspect_set(int lock_fd, enum suspect_state state, int64_t message, int n);
void suspect_clear(int lock_fd);

/* For command.h: a signal from outside ends us; no message is to blame. */
void sorter_interrupted(void *sorter);

/*
 * Count the last holder's death against the message it was at, or let it rest.
 */
int suspect_take(struct sorter *s, int lock_fd, struct error *err);

/*
 * Take the lock of the sorters. 1; 0 when another sorter has it, which will
 * look for new mail once more after giving it back; -1.
 */
int sorter_lock(const struct sorter *s, int *lock, struct error *err);

#endif
