/* SPDX-License-Identifier: ISC */
/* The steps of plans that run something. */
#ifndef STATE_COMMAND_H
#define STATE_COMMAND_H

#include "state/plan.h"

/* As state_unfinished(), for commands whose time has come. */
int state_due(struct state *s, int64_t now, const struct delivery *after,
	      struct delivery *out, size_t max, size_t *n_out,
	      struct error *err);

/* A command failed: so many tries, the next one not before `next`. */
int state_set_retry(struct state *s, const struct delivery *d, int64_t next,
		    const char *trouble, struct error *err);

/* It will not be tried again; recorded with state_set_delivered(), too. */
int state_set_trouble(struct state *s, const struct delivery *d,
		      const char *trouble, struct error *err);

/* A sorter was ended while it waited in this step: it is due at `next`. */
int state_rest(struct state *s, int64_t message, int n, int64_t next,
	       struct error *err);

#endif
