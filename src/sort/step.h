/* SPDX-License-Identifier: ISC */
/* The steps that run something, and what they are given. */
#ifndef SORT_STEP_H
#define SORT_STEP_H

#include "sort/ending.h"
#include "sort/options.h"
#include "state/plan.h"
#include "state/spool.h"

/* All borrowed. */
struct step_tools {
	const struct sort_options *options;
	struct spool *spool;
	void (*interrupted)(void *context); /* see command.h */
	void *context;
};

/* Steps for notmuch, run as one batch. */
struct notmuch {
	struct delivery *steps;
	size_t n;
};

/*
 * step_pipe.c, step_forward.c, step_save.c: run a step with the message in
 * `fd`. *ending is all zero before: it went well.
 */
void step_pipe_run(const struct step_tools *tools, const struct delivery *step,
		   int fd, struct ending *ending);
void step_forward_run(const struct step_tools *tools,
		      const struct delivery *step, int fd,
		      struct ending *ending);
void step_save_run(const struct step_tools *tools, const struct delivery *step,
		   int fd, struct ending *ending);

/* step_notmuch.c; adding takes the step over. */
void notmuch_add(struct notmuch *notmuch, struct delivery *step);
void notmuch_run(const struct step_tools *tools, const struct notmuch *notmuch,
		 struct ending *ending);
void notmuch_release(struct notmuch *notmuch);

#endif
