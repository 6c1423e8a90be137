/* SPDX-License-Identifier: ISC */
/* What the files that run commands share; seen by nobody else. */
#ifndef SORT_COMMANDS_H
#define SORT_COMMANDS_H

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

/* sort_effects.c */
void sorter_forward(struct sorter *s, const struct delivery *step, int fd,
		    struct ending *ending);
void sorter_save(struct sorter *s, const struct delivery *step, int fd,
		 struct ending *ending);

/* Takes the step over. */
void sorter_add_notmuch(struct notmuch *notmuch, struct delivery *step);
void sorter_run_notmuch(struct sorter *s, const struct notmuch *notmuch,
			struct ending *ending);
void sorter_release_notmuch(struct notmuch *notmuch);

/*
 * sort_effects.c: when no step of the message files it, plan one into the
 * fallback folder: *filed_out. It is performed before this returns. 1; 0 when
 * another sorter is at work and there is no time to wait for it; -1.
 */
int sorter_file_failed(struct sorter *s, const struct delivery *step,
		       const char *why, bool *filed_out, struct error *err);

#endif
