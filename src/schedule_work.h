/* SPDX-License-Identifier: ISC */
/* What the files of schedule share; seen by nobody else. */
#ifndef SCHEDULE_WORK_H
#define SCHEDULE_WORK_H

#include <sys/types.h>

#include "fetch.h"
#include "schedule.h"
#include "sort.h"

/* A worker, which does not outlive its parent: 0 in the worker, -1 on error. */
pid_t schedule_fork(struct error *err);

/* What a fetcher of that account is told; it has no one to wake or tell. */
void schedule_fill_job(const struct config *config, size_t account, int64_t id,
		       struct fetch_job *out);

/*
 * One stage of a sorter's work, sorter_drain() or sorter_finish(): what fails
 * is said here. Returns the exit status.
 */
int schedule_stage(struct sorter *sorter,
		   int (*stage)(struct sorter *, struct sort_result *,
				struct error *));

/* Fail before any login when there is nowhere to put the mail. */
int schedule_check_places(const struct config *config, struct state *state,
			  struct error *err);

#endif
