/* SPDX-License-Identifier: ISC */
/*
 * The steps that run something: after all mail is filed, one by one, each
 * recorded as soon as it ended. At least once, therefore, and with a key that
 * stays the same for a program that wants to be sure of once.
 */
#ifndef SORT_COMMANDS_H
#define SORT_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>

#include "state/plan.h"

struct sorter;

/* A rule by its name, and how often in a row it ran out of time. */
struct stuck {
	char *rule;
	unsigned timeouts;
};

/* In this run. */
struct commands {
	struct stuck *stuck; /* rules whose pipes did not end in time */
	size_t n_stuck;
	bool has_run;	/* one of them, since the last drain */
	bool gives_way; /* to new mail */
};

/*
 * Without the sorter's lock, but with that of the commands: run those that are
 * due, one after the other, after (message, n) in *after, which becomes the
 * last one. -1 only when the state cannot be read or written.
 */
int sorter_run_commands(struct sorter *s, struct delivery *after,
			struct error *err);

/* Are there further ones now? 1, 0, -1. */
int sorter_has_commands(struct sorter *s, const struct delivery *after,
			struct error *err);
void sorter_end_commands(struct sorter *s);

#endif
