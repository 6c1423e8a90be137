/* SPDX-License-Identifier: ISC */
/* A Maildir and its open folders; for the files of this room only. */
#ifndef MAILDIR_INTERNAL_H
#define MAILDIR_INTERNAL_H

#include <sys/types.h>

#include "maildir/maildir.h"

struct maildir {
	char *root;
	enum layout layout;
	enum folder_encoding encoding;
	struct maildir_folder *folders; /* most recent first */
	size_t n_folders;
};

struct maildir_folder {
	char *name;
	char *path;
	int new_fd, cur_fd;
	dev_t device;
	bool new_dirty, cur_dirty; /* names linked since the last sync */
	struct maildir_folder *next;
};

/*
 * Open tmp, new or cur of the folder at `path`, created durably when it is
 * missing. Returns the descriptor, -1 on error.
 */
int maildir_open_part(const char *path, const char *part, struct error *err);

#endif
