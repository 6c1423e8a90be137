/* SPDX-License-Identifier: ISC */
/*
 * Mail that lies on disk already, through the rules once more.
 *
 *	struct disk_result result;
 *
 *	disk_sort(&options, path, folders, n, &job, &result, err);
 *
 * What the rules file elsewhere is copied into the spool and goes the way of
 * new mail; its old file is removed once the new one is durable and recorded.
 * It keeps its flags. What no rule decides, what cannot be judged and what is
 * where it belongs stays. Broken off at any point, it can be run again.
 */
#ifndef SORT_DISK_H
#define SORT_DISK_H

#include <stdbool.h>
#include <stddef.h>

#include "sort/options.h"
#include "util/error.h"

struct disk_job {
	const char *path;     /* of a Maildir, with its folders */
	char *const *folders; /* only these, NULL-terminated; or NULL */
	const char *account;  /* for rules that ask for one */
	bool dry_run;	      /* print what would be done */
};

struct disk_result {
	size_t seen;
	size_t moved; /* or copied, piped, …: whatever is not "stays" */
	size_t failed;
};

int disk_sort(const struct sort_options *options, const struct disk_job *job,
	      struct disk_result *result, struct error *err);

#endif
