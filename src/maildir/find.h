/* SPDX-License-Identifier: ISC */
/* Messages that were delivered, wherever mail readers have moved them. */
#ifndef MAILDIR_FIND_H
#define MAILDIR_FIND_H

#include <stdbool.h>

#include "maildir/maildir.h"

/*
 * After a crash: was this item delivered? 1 yes (its folder is synced), 0 no,
 * -1 on error (ERR_MESSAGE: its spool file is gone or cut). Sets *unsure_out
 * when a further hard link of the spool file exists that is in no folder: the
 * answer is then 0, for a message twice is better than none.
 */
int maildir_find(struct maildir *m, struct maildir_folder *folder,
		 const struct maildir_item *item, bool *unsure_out,
		 struct error *err);

/*
 * Where the message that was filed under `base` lies now, in new/ or with
 * other flags in cur/ of that folder: true, and its path is appended.
 */
bool maildir_locate(const struct maildir *m, const char *name, const char *base,
		    struct buf *path_out);

/*
 * The path of a message without its flags, and in that part (new or cur) of
 * its folder; appended.
 */
void maildir_sibling(const char *path, const char *part, struct buf *out);

/*
 * Where the file of that path is now: a mail reader has given it other flags,
 * or moved it from new/ to cur/. True, and its path is appended.
 */
bool maildir_find_renamed(const char *path, struct buf *out);

#endif
