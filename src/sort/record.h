/* SPDX-License-Identifier: ISC */
/* Record the steps that are done, and remove their files. */
#ifndef SORT_RECORD_H
#define SORT_RECORD_H

#include <stddef.h>

#include "maildir/maildir.h"
#include "state/plan.h"

struct sorter;

/* The step, as maildir.h wants it. */
struct maildir_item sorter_item(const struct sorter *s,
				const struct delivery *step);

/*
 * Record the steps that are marked as done (T2): within a transaction, after
 * the folders are synced.
 */
int sorter_record(struct sorter *s, struct delivery *steps, size_t n,
		  struct error *err);

/* After the commit: remove the files that are not needed any more. */
void sorter_remove_files(struct sorter *s, const struct delivery *steps,
			 size_t n);

#endif
