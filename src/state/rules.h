/* SPDX-License-Identifier: ISC */
/*
 * How often rules applied to new mail, by their names: for `rules`. It is
 * counted, not computed from the history, which is forgotten after 90 days.
 */
#ifndef STATE_RULES_H
#define STATE_RULES_H

#include "state/state.h"

struct rule_record {
	int64_t since; /* counted from then on; seconds since 1970; 0: never */
	int64_t hits;
	int64_t last; /* when it applied last; 0: it did not */
};

/* Within a transaction: from now on it is counted, if it was not before. */
int state_know_rule(struct state *s, const char *name, int64_t now,
		    struct error *err);

/* The same for one that applied to so many messages. */
int state_count_rule(struct state *s, const char *name, int64_t hits,
		     int64_t now, struct error *err);

/* All zero when it is not known. */
int state_get_rule(struct state *s, const char *name, struct rule_record *out,
		   struct error *err);

#endif
