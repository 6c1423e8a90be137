/* SPDX-License-Identifier: ISC */
/*
 * How often rules applied to new mail, by their names, for `rules`. The numbers
 * are counted, because the history is deleted after 90 days.
 */
#ifndef STATE_RULES_H
#define STATE_RULES_H

#include "state/state.h"

struct rule_record {
	int64_t since; /* counted since then; seconds since 1970; 0: not counted
			*/
	int64_t hits;
	int64_t last; /* when it applied last; 0: never */
};

/*
 * Within a transaction: count this rule from now on, unless it is counted
 * already.
 */
int state_know_rule(struct state *s, const char *name, int64_t now,
		    struct error *err);

/* The same, and the rule applied to `hits` messages. */
int state_count_rule(struct state *s, const char *name, int64_t hits,
		     int64_t now, struct error *err);

/* All zero when the rule is not known. */
int state_get_rule(struct state *s, const char *name, struct rule_record *out,
		   struct error *err);

#endif
