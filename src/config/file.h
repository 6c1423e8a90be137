/* SPDX-License-Identifier: ISC */
/* The files of a configuration: reading them, and what include() names. */
#ifndef CONFIG_FILE_H
#define CONFIG_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "util/buf.h"
#include "util/error.h"

/* Thousands of rules take under 1 MB; a larger file is something else. */
#define CONFIG_FILE_MAX ((size_t)4 * 1024 * 1024)

/* What a file is, besides its bytes. */
struct config_file {
	dev_t device;
	ino_t inode;
	bool readable_by_others; /* by the group or by everybody */
};

/*
 * Read a file that is not ours to trust blindly: a regular file (a FIFO does
 * not block), owned by us or by root, not writable by everybody, at most
 * out->max bytes. Errors are ERR_CONFIG.
 */
int config_file_read(const char *path, struct buf *out,
		     struct config_file *file_out, struct error *err);

/*
 * What include("name") in a file below `directory` means: an allocated,
 * NULL-terminated list of paths, sorted when `name` is a pattern. A pattern
 * that matches nothing gives an empty list; "std:NAME" is a rule set that
 * came with the program. NULL on error.
 */
char **config_file_include(const char *name, const char *directory,
			   struct error *err);

/* The directory of a path, without the last slash; allocated, absolute. */
char *config_file_directory(const char *path);

/*
 * The value of a setting of the main part, as one can guess it from the bytes
 * of a file that cannot be parsed: a line "NAME = VALUE". Allocated, or NULL.
 */
char *config_file_guess(struct slice bytes, const char *name);

#endif
