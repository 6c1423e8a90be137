/* SPDX-License-Identifier: ISC */
/*
 * Which rules can apply to a message at all? A rule that wants one of some
 * addresses, domains or words in some field is found by a hash of what stands
 * in that field, so that a thousand such rules cost little more than ten. All
 * other rules are always looked at, and those that are found are evaluated
 * like any other: this only saves evaluations whose answer is "no".
 *
 *	struct prefilter *p = prefilter_new(set);
 *	uint64_t *rules = prefilter_rules(p);
 *
 *	prefilter_select(p, message, first, next, rules);
 *	for (i = prefilter_next(p, rules, 0); i < set->n;
 *	     i = prefilter_next(p, rules, i + 1))
 *		…
 *
 * Of a text, four bytes are looked for: those that the fewest rules share.
 */
#ifndef RULES_PREFILTER_H
#define RULES_PREFILTER_H

#include "rules/internal.h"

/* Below this, looking at all rules is as fast. */
#define PREFILTER_RULES_MIN 16

/* Of a complete set, which outlives it. */
struct prefilter *prefilter_new(const struct ruleset *set);
void prefilter_free(struct prefilter *p); /* NULL is accepted */

/* Room for a selection; to be freed. */
uint64_t *prefilter_rules(const struct prefilter *p);

/*
 * Set the bits of the rules that can apply. `first` and `next` chain the
 * fields of the message by interned names, as in rule_trial.h.
 */
void prefilter_select(const struct prefilter *p, struct message *m,
		      const size_t *first, const size_t *next, uint64_t *rules);

/* The first selected rule from `i` on; the size of the set: none. */
size_t prefilter_next(const struct prefilter *p, const uint64_t *rules,
		      size_t i);

#endif
