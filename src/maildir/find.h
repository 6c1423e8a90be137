/* SPDX-License-Identifier: ISC */
/* Messages that were delivered, wherever mail readers have moved them. */
#ifndef MAILDIR_FIND_H
#define MAILDIR_FIND_H

#include <stdbool.h>

#include "maildir/maildir.h"

/*
 * After a crash: was this item delivered? 1 yes (its folder is synced), 0 no,
 * -1 on error (ERR_MESSAGE: its spool file is missing or incomplete). Returns
 * 0 and sets *unsure_out when the spool file has another hard link that is in
 * no folder: a message twice is better than none.
 */
int maildir_find(struct maildir *m, struct maildir_folder *folder,
		 const struct maildir_item *item, bool *unsure_out,
		 struct error *err);

/*
 * Find the message that was filed under `base`, in new/ or with any flags in
 * cur/ of that folder. True when found; its path is appended.
 */
bool maildir_locate(const struct maildir *m, const char *name, const char *base,
		    struct buf *path_out);

/*
 * Append the path that a message would have without flags in `part`, new or
 * cur, of its folder.
 */
void maildir_sibling(const char *path, const char *part, struct buf *out);

/*
 * Find the file that had this path after a mail reader changed its flags or
 * moved it from new/ to cur/. True when found; its path is appended.
 */
bool maildir_find_renamed(const char *path, struct buf *out);

#endif
