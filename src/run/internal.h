/* SPDX-License-Identifier: ISC */
/* What the files of schedule share; seen by nobody else. */
#ifndef RUN_INTERNAL_H
#define RUN_INTERNAL_H

#include <sys/types.h>

#include "fetch/health.h"
#include "fetch/session.h"
#include "run/round.h"
#include "sort/sort.h"

/*
 * Providers lock an account after some refused logins: is it better to leave
 * it alone for now? Not when something was changed since: it may be mended.
 */
bool schedule_is_barred(const struct config *config, size_t account,
			const struct account_health *health);

/* A worker, which does not outlive its parent: 0 in the worker, -1 on error. */
pid_t schedule_fork(struct error *err);

/* What a fetcher of that account is told; it has no one to wake or tell. */
void schedule_fill_job(const struct config *config, size_t account, int64_t id,
		       struct fetch_job *out);

/*
 * schedule_trouble.c: the two stages of a sorter's work, sorter_drain() and
 * sorter_finish(). What fails is said here, and when sorting begins to fail,
 * and once a day, on-trouble is told, unless a person looks on. They return
 * the exit status.
 */
int schedule_drain(const struct config *config, struct sorter *sorter,
		   bool watched);
int schedule_finish(struct sorter *sorter);

/* A sorter cannot even begin. Returns the exit status. */
int schedule_no_sorter(const struct config *config, const struct error *err,
		       bool watched);

/*
 * preview.c: the dry run of one account: what is new is shown on standard
 * output. Returns the exit status.
 */
int schedule_preview_one(const struct fetch_job *job,
			 const struct sort_options *options);

/* Fail before any login when there is nowhere to put the mail. */
int schedule_check_places(const struct config *config, struct state *state,
			  struct error *err);

#endif
