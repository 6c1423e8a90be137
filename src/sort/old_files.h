/* SPDX-License-Identifier: ISC */
/*
 * The old files of mail on disk that was filed elsewhere. They are removed
 * once that is durable, and only while they are what was filed: names get used
 * again, by people and by programs.
 */
#ifndef SORT_OLD_FILES_H
#define SORT_OLD_FILES_H

#include <stdint.h>

#include "state/queue.h"

/* What could not be removed. */
struct old_files {
	uint64_t failed;
	struct error last; /* said last, to say it once for a folder */
};

/*
 * Remove all that are due; the caller has the lock of the sorters. What cannot
 * be removed is said, counted, and left for the next run. -1 only when the
 * state cannot be read or written.
 */
int old_files_remove(struct state *state, struct old_files *left,
		     struct error *err);

/*
 * Is the message of that path, with whatever flags, on its way already?
 * 1, 0, -1.
 */
int old_files_is_pending(struct state *state, const char *path,
			 struct error *err);

#endif
