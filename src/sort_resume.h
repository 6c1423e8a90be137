/* SPDX-License-Identifier: ISC */
/* What sort.c and sort_resume.c share; seen by nobody else. */
#ifndef SORT_RESUME_H
#define SORT_RESUME_H

#include <stdbool.h>
#include <stddef.h>

#include "sort.h"
#include "spool.h"
#include "state.h"

struct sorter {
	struct sort_options options;
	struct state *state;
	struct spool spool;
	struct maildir *maildir;
	struct judge *judge;
	struct sort_result *result;
	struct error last; /* said last, to say it once */
	bool retried;	   /* what a crash or a full disk left */
};

/* The step as maildir.h wants it. */
struct maildir_item sorter_item(const struct sorter *s,
				const struct delivery *step);

/* A step failed: count it, say so once per reason, leave it for later. */
void sorter_step_failed(struct sorter *s, const struct error *err);

/*
 * Within a transaction, once the folders are synced: the steps marked as done
 * are recorded (T2).
 */
int sorter_record(struct sorter *s, struct delivery *steps, size_t n,
		  struct error *err);

/* After its commit: the files that are not needed any more. */
void sorter_remove_files(struct sorter *s, const struct delivery *steps,
			 size_t n);

/*
 * Finish what an earlier sorter planned and did not record as done, by the
 * witness test. -1 only when the state cannot be read or written.
 */
int sorter_resume(struct sorter *s, struct error *err);

#endif
