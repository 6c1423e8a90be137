/* SPDX-License-Identifier: ISC */
/*
 * `sort MAILDIR`: the rules, once more, for mail that lies on disk already.
 *
 *	struct disk_result result;
 *
 *	disk_sort(&options, &job, &result, err);
 *
 * A message that the rules file elsewhere is copied into the spool and goes the
 * way of new mail, with its flags; its old file is removed once the new one is
 * durable and recorded. A message stays when no rule decides, when it cannot be
 * judged, and when it is in its folder already. Broken off at any point, it can
 * be run again.
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
	const char *account;  /* for rules with `account` */
	bool dry_run;	      /* print what would be done */
};

struct disk_result {
	size_t seen;
	size_t moved; /* or copied, piped, …: all that do not just stay */
	size_t failed;
};

int disk_sort(const struct sort_options *options, const struct disk_job *job,
	      struct disk_result *result, struct error *err);

#endif
