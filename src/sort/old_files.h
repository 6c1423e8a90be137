/* SPDX-License-Identifier: ISC */
/*
 * The old files of mail on disk that was filed elsewhere. They are removed once
 * the new file is durable, and only if they still have the bytes that were
 * filed: people and programs use names again.
 */
#ifndef SORT_OLD_FILES_H
#define SORT_OLD_FILES_H

#include <stdint.h>

#include "state/queue.h"

/* Old files that could not be removed. */
struct old_files {
	uint64_t failed;
	struct error last; /* logged last, to log it once for a folder */
};

/*
 * Remove all that are due; the caller holds the lock of the sorters. A file
 * that cannot be removed is logged, counted, and left for the next run. -1 only
 * when the state cannot be read or written.
 */
int old_files_remove(struct state *state, struct old_files *left,
		     struct error *err);

/*
 * Is the message of this path, with any flags, being moved already? 1, 0, -1.
 */
int old_files_is_pending(struct state *state, const char *path,
			 struct error *err);

#endif
