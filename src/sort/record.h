/* SPDX-License-Identifier: ISC */
/* Steps that are done: recorded, and their files removed. */
#ifndef SORT_RECORD_H
#define SORT_RECORD_H

#include <stddef.h>

#include "maildir/maildir.h"
#include "state/plan.h"

struct sorter;

/* The step as maildir.h wants it. */
struct maildir_item sorter_item(const struct sorter *s,
				const struct delivery *step);

/*
 * Within a transaction, once the folders are synced: the steps marked as done
 * are recorded (T2).
 */
int sorter_record(struct sorter *s, struct delivery *steps, size_t n,
		  struct error *err);

/* After its commit: remove the files that are not needed any more. */
void sorter_remove_files(struct sorter *s, const struct delivery *steps,
			 size_t n);

#endif
