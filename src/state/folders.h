/* SPDX-License-Identifier: ISC */
/* Private to this folder: the files in the folders of a Maildir. */
#ifndef STATE_FOLDERS_H
#define STATE_FOLDERS_H

#include "util/error.h"

/*
 * Called with each file in a new/ or cur/: its directory, its name. 0: go on,
 * 1: stop, -1.
 */
typedef int folders_take(void *context, int dir_fd, const char *name,
			 struct error *err);

/* Walk all folders in `maildir` and below. 0: to the end, 1: stopped, -1. */
int folders_walk(const char *maildir, folders_take *take, void *context,
		 struct error *err);

#endif
