/* SPDX-License-Identifier: ISC */
/*
 * The steps that run something: after all mail is filed, one by one, each
 * recorded as soon as it ended. A step therefore runs at least once; its key
 * stays the same, for programs that must act once.
 */
#ifndef SORT_COMMANDS_H
#define SORT_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>

#include "sort/failures.h"
#include "state/plan.h"

struct sorter;

/* A rule by its name, and how often in a row it ran out of time. */
struct stuck {
	char *rule;
	unsigned timeouts;
};

/* Commands in this run. */
struct commands {
	struct stuck *stuck; /* rules whose pipes did not end in time */
	size_t n_stuck;
	struct failures failures;
	bool has_run;	/* one command ran since the last drain */
	bool gives_way; /* new mail came: leave the rest to the next call */
};

/*
 * Run the commands that are due, one after the other, beginning after (message,
 * n) in *after, which becomes the last one that was read. The caller holds the
 * lock of the commands, not that of the sorter. -1 only when the state cannot
 * be read or written.
 */
int sorter_run_commands(struct sorter *s, struct delivery *after,
			struct error *err);

/* Are more commands due now? 1, 0, -1. */
int sorter_has_commands(struct sorter *s, const struct delivery *after,
			struct error *err);
void sorter_end_commands(struct sorter *s);

#endif
