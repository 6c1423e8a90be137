/* SPDX-License-Identifier: ISC */
/*
 * Undo what a run has filed: mail that lay on disk goes back to where it lay,
 * new mail into the inbox of its account. A message that is gone from its
 * folder, or was answered since, is left alone; copies stay, and a discarded
 * message is lost.
 */
#ifndef SORT_UNDO_H
#define SORT_UNDO_H

#include <stdbool.h>
#include <stddef.h>

#include "sort/options.h"
#include "util/error.h"

struct undo_result {
	size_t done;
	size_t left; /* left alone; the reason was logged */
};

/*
 * Undo the last run that was not undone; or, with `id`, the newest message with
 * that Message-ID. 1 done, 0 there is none, -1.
 */
int undo_run(const struct sort_options *options, const char *id, bool dry_run,
	     struct undo_result *result, struct error *err);

#endif
