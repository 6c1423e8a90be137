/* SPDX-License-Identifier: ISC */
/*
 * Locks that cannot go stale: open-file-description locks on files that are
 * never removed. A lock ends with its last descriptor, so a killed process
 * leaves none behind.
 */
#ifndef UTIL_LOCK_H
#define UTIL_LOCK_H

#include "util/error.h"

enum lock_mode {
	LOCK_EXCLUSIVE,
	LOCK_SHARED,
};

enum lock_wait {
	LOCK_TRY,
	LOCK_WAIT,
};

/*
 * Take the lock on `path` (created when missing, mode 0600). Returns 1 and
 * the descriptor that holds it in *fd_out, 0 when another process has it
 * (only with LOCK_TRY), -1 on error. Closing the descriptor releases it.
 */
int lock_take(const char *path, enum lock_mode mode, enum lock_wait wait,
	      int *fd_out, struct error *err);

/*
 * Is the locked file still the one at `path`, or was it removed or replaced,
 * so that other processes would lock another file? 1, 0, -1 on error.
 */
int lock_is_there(int fd, const char *path, struct error *err);

/* Does another process have it? Takes and creates nothing. 1, 0, -1. */
int lock_is_taken(const char *path, struct error *err);

#endif
