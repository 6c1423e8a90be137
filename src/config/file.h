/* SPDX-License-Identifier: ISC */
/* The files of a configuration: finding, including and reading them. */
#ifndef CONFIG_FILE_H
#define CONFIG_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "util/buf.h"
#include "util/error.h"

/* Thousands of rules take under 1 MB; a larger file is something else. */
#define CONFIG_FILE_MAX ((size_t)4 * 1024 * 1024)

/* The identity of a file, and who can read it. */
struct config_file {
	dev_t device;
	ino_t inode;
	bool readable_by_others; /* the group or everybody */
};

/*
 * Read a file that could make us run commands, so only a regular file (a FIFO
 * does not block), owned by us or by root, not writable by everybody, and
 * smaller than out->max bytes. Errors are ERR_CONFIG.
 */
int config_file_read(const char *path, struct buf *out,
		     struct config_file *file_out, struct error *err);

/*
 * The paths that include("name") names in a file in `directory`: an allocated,
 * NULL-terminated list, sorted when `name` is a pattern and empty when the
 * pattern matches nothing. "std:NAME" is a rule set that is installed with the
 * program. NULL on error (ERR_CONFIG).
 */
char **config_file_include(const char *name, const char *directory,
			   struct error *err);

/* Is it "std:NAME"? */
bool config_file_is_set(const char *name);

/* The directory of a path: allocated, absolute, without a last slash. */
char *config_file_directory(const char *path);

/*
 * Guess the value of a setting of the main part from a file that cannot be
 * parsed: the first line "NAME = VALUE" counts. Allocated, or NULL.
 */
char *config_file_guess(struct slice bytes, const char *name);

#endif
