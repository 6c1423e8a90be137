/* SPDX-License-Identifier: ISC */
/* Which folders there are, and the newest messages in them. */
#ifndef MAILDIR_WALK_H
#define MAILDIR_WALK_H

#include <stdbool.h>
#include <stddef.h>

/* Paths that are longer are passed over. */
#define WALK_PATH_MAX 1024

/* Has it a cur/ and a new/? */
bool maildir_is_folder(const char *path);

/*
 * The paths of `root`, when it is a folder, and of all folders below it,
 * sorted; add them to *list, which is freed with strings_free().
 */
void maildir_walk(const char *root, char ***list);

/*
 * The paths of the newest messages in `root` and below, at most `max`, by the
 * seconds that their names begin with; in no order, added to *list.
 */
void maildir_newest(const char *root, size_t max, char ***list);

#endif
