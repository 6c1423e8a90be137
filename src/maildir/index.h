/* SPDX-License-Identifier: ISC */
/*
 * The files of folders, each read once: to find many messages without reading
 * their folders for each.
 *
 *	struct maildir_index *index = maildir_index_new();
 *
 *	if (maildir_index_find(index, "/home/u/Mail/Lists", base, &path))
 *		…
 *	maildir_index_free(index);
 */
#ifndef MAILDIR_INDEX_H
#define MAILDIR_INDEX_H

#include <stdbool.h>

#include "util/buf.h"

struct maildir_index;

struct maildir_index *maildir_index_new(void);
void maildir_index_free(struct maildir_index *index);

/*
 * Find the message of this base in new/ or cur/ of the folder at that path, as
 * it was when the folder was first asked for. True when found; its path is
 * appended. It may have been renamed since: try to use it, and look again with
 * maildir_find_renamed().
 */
bool maildir_index_find(struct maildir_index *index, const char *folder,
			const char *base, struct buf *path_out);

#endif
