/* SPDX-License-Identifier: ISC */
/* The witness test: was a message delivered before the crash? */
#ifndef MAILDIR_FIND_H
#define MAILDIR_FIND_H

#include <stdbool.h>
#include <sys/types.h>

#include "maildir/maildir.h"

/* An open folder; shared by maildir.c and maildir_find.c only. */
struct maildir_folder {
	char *name;
	char *path;
	int new_fd, cur_fd;
	dev_t device;
	bool new_dirty, cur_dirty; /* names linked since the last sync */
	struct maildir_folder *next;
};

/* As maildir_find(), without making anything durable. */
int maildir_find_item(const char *root, struct maildir_folder *folder,
		      const struct maildir_item *item, bool *unsure_out,
		      struct error *err);

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
