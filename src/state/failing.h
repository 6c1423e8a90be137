/* SPDX-License-Identifier: ISC */
/* Trouble with mail that is here already: for `status`. */
#ifndef STATE_FAILING_H
#define STATE_FAILING_H

#include "state/state.h"

/* Commands of one rule that failed in the same way, and are tried again. */
struct failing_command {
	char *rule; /* "" when no rule wants it */
	char *trouble;
	int64_t messages;
	int64_t next; /* when the first is tried again */
};

/* Texts are owned. Times are seconds since 1970. */
struct failing {
	struct failing_command *commands;
	size_t n;
	int64_t postponed; /* messages that could not be judged yet */
	int64_t waiting;   /* due messages that no sorter has filed */
	int64_t waiting_since;
	int64_t quarantined; /* in the last 24 hours, see admin.h */
	int64_t sorter_since;
	char *sorter_trouble; /* why the last sorter could not file; or NULL */
};

int state_get_failing(struct state *s, int64_t now, struct failing *out,
		      struct error *err);
void failing_release(struct failing *failing);

/*
 * Record why sorting fails; NULL: it does not. The time of the first failure
 * is kept. Writes only what has changed.
 */
int state_set_sorter_trouble(struct state *s, int64_t now, const char *trouble,
			     struct error *err);

/* Is there such trouble? 1, 0, -1. */
int state_has_sorter_trouble(struct state *s, struct error *err);

#endif
