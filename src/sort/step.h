/* SPDX-License-Identifier: ISC */
/* The steps that run something, and how they end. */
#ifndef SORT_STEP_H
#define SORT_STEP_H

#include "sort/internal.h"

enum ended {
	ENDED_WELL,
	ENDED_LATER, /* it may work another time */
	ENDED_BADLY, /* it will not */
	ENDED_LOST,  /* its message is not in the spool */
};

struct ending {
	enum ended how;
	bool timeout;
	bool crashed;  /* it did not end by itself */
	char why[600]; /* for people */
};

/* Steps for notmuch, run as one batch. */
struct notmuch {
	struct delivery *steps;
	size_t n;
};

/* It failed: for good, when it was the message's fault. */
void ending_fail(struct ending *ending, const struct error *err);

/* step_pipe.c, step_forward.c, step_save.c, step_notmuch.c: run a step. */
void sorter_pipe(struct sorter *s, const struct delivery *step, int fd,
		 struct ending *ending);
void sorter_forward(struct sorter *s, const struct delivery *step, int fd,
		    struct ending *ending);
void sorter_save(struct sorter *s, const struct delivery *step, int fd,
		 struct ending *ending);

/* Takes the step over. */
void sorter_add_notmuch(struct notmuch *notmuch, struct delivery *step);
void sorter_run_notmuch(struct sorter *s, const struct notmuch *notmuch,
			struct ending *ending);
void sorter_release_notmuch(struct notmuch *notmuch);

#endif
