/* SPDX-License-Identifier: ISC */
/* Steps that run a command. */
#ifndef STATE_COMMAND_H
#define STATE_COMMAND_H

#include "state/plan.h"

/* As state_unfinished(), for commands that are due. */
int state_due(struct state *s, int64_t now, const struct delivery *after,
	      struct delivery *out, size_t max, size_t *n_out,
	      struct error *err);

/* A command failed: record d->tries and try again at `next` or later. */
int state_set_retry(struct state *s, const struct delivery *d, int64_t next,
		    const char *trouble, struct error *err);

/*
 * Record why a command failed for good. The caller also calls
 * state_set_delivered().
 */
int state_set_trouble(struct state *s, const struct delivery *d,
		      const char *trouble, struct error *err);

/*
 * A sorter was killed while it waited in this step: count a try, and make the
 * step due at `next`.
 */
int state_rest(struct state *s, int64_t message, int n, int64_t next,
	       struct error *err);

#endif
