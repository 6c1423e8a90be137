/* SPDX-License-Identifier: ISC */
/* Listing the folders, and the newest messages in them. */
#ifndef MAILDIR_WALK_H
#define MAILDIR_WALK_H

#include <stdbool.h>
#include <stddef.h>

/* Longer paths are skipped. */
#define WALK_PATH_MAX 1024

/* Does it have a cur/ and a new/? */
bool maildir_is_folder(const char *path);

/*
 * Add the paths of `root`, when it is a folder, and of all folders below it,
 * sorted, to *list, to be freed with strings_free().
 */
void maildir_walk(const char *root, char ***list);

/*
 * Add the paths of the newest messages in `root` and below to *list, at most
 * `max`, in no order. Newest by the seconds at the start of their names.
 */
void maildir_newest(const char *root, size_t max, char ***list);

#endif
