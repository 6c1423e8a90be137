/* SPDX-License-Identifier: ISC */
/*
 * A file that a rule names: it is read with the configuration, and again when
 * it has changed.
 */
#ifndef RULES_FILE_H
#define RULES_FILE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "util/buf.h"
#include "util/error.h"

struct rule_file {
	char *path; /* of the caller */
	struct stat stat;
};

/*
 * Read all of it; more than out->max bytes are an error, and so is anything
 * that is not a regular file. `what` it is, for the error: "a list". -1 with
 * ERR_CONFIG.
 */
int rule_file_read(struct rule_file *file, const char *what, struct buf *out,
		   struct error *err);

/* Has the file changed since it was read? A missing file counts as "no". */
bool rule_file_changed(const struct rule_file *file);

#endif
