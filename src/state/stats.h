/* SPDX-License-Identifier: ISC */
/* Counts of what was done, for `stats`. */
#ifndef STATE_STATS_H
#define STATE_STATS_H

#include "state/state.h"

enum tally_by {
	TALLY_DAY,     /* local days, in order; messages filed or discarded */
	TALLY_FOLDER,  /* most first; messages filed, or copied there */
	TALLY_RULE,    /* most first; steps of any kind */
	TALLY_ACCOUNT, /* most first; messages filed or discarded */
};

/* One row. The name is valid during the call only. */
struct tally {
	const char *name;
	int64_t count, bytes;
	int64_t last; /* the last time; seconds since 1970 */
};

typedef void tally_take(void *context, const struct tally *row);

/*
 * Call `take` for each row of what was done since then, at most 90 days back.
 * 0, -1.
 */
int state_tally(struct state *s, enum tally_by by, int64_t since,
		tally_take *take, void *context, struct error *err);

#endif
