/* SPDX-License-Identifier: ISC */
/*
 * Locks that cannot go stale: an open-file-description lock on a file that is
 * never removed. It ends with the last descriptor, so a process that was
 * killed leaves none behind.
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
 * (only with LOCK_TRY), -1 on error. Closing the descriptor gives it back.
 */
int lock_take(const char *path, enum lock_mode mode, enum lock_wait wait,
	      int *fd_out, struct error *err);

/*
 * Is the locked file still the one that others would lock, or has somebody
 * removed it? 1 or 0; -1 when it cannot be found out.
 */
int lock_is_there(int fd, const char *path, struct error *err);

/*
 * Does another process have it? Nothing is locked for that, nothing created.
 * 1, 0, -1.
 */
int lock_is_taken(const char *path, struct error *err);

#endif
