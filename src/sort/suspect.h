/* SPDX-License-Identifier: ISC */
/*
 * A message that our own code dies of would stop all others behind it, run
 * after run. What the holder of a lock is at stands in the lock's file, so that
 * the next holder knows when the last one died of it. That is not worth a sync:
 * what a killed process wrote is there, and after a power cut nobody is to
 * blame.
 */
#ifndef SORT_SUSPECT_H
#define SORT_SUSPECT_H

#include <stdint.h>

#include "util/error.h"

struct sorter;

enum suspect_state {
	SUSPECT_NOTHING = 0,
	SUSPECT_DECIDING = 1,
	SUSPECT_RUNNING = 2, /* a step that runs something of the user's */
	/*
	 * In a step that does not: one that waits for a server may well be
	 * ended for that, and only has to wait for its next turn.
	 */
	SUSPECT_WAITING = 3,
};

/* `n` is the step, 0 while deciding. A lock_fd of -1: there is no lock. */
void suspect_set(int lock_fd, enum suspect_state state, int64_t message, int n);
void suspect_clear(int lock_fd);

/* For command.h: we are ended from outside, and nothing is to blame for it. */
void sorter_interrupted(void *sorter);

/* The one that the last holder died of gets a bad mark, or rests. */
int suspect_take(struct sorter *s, int lock_fd, struct error *err);

/*
 * The lock of the sorters: 1, or 0 when another one has it and will look
 * whether there is new mail once more, after it has given the lock back.
 */
int sorter_lock(const struct sorter *s, int *lock, struct error *err);

#endif
