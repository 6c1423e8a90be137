/* SPDX-License-Identifier: ISC */
/*
 * Which rules can apply to a message at all? A rule that needs an address, a
 * domain or a word in some field is found by a hash of that field's contents,
 * so that a thousand such rules cost little more than ten. All other rules are
 * always candidates. Candidates are evaluated like any rule: the prefilter only
 * saves evaluations whose answer would be "no".
 *
 *	struct prefilter *p = prefilter_new(set);
 *	uint64_t *rules = prefilter_rules(p);
 *
 *	prefilter_select(p, message, first, next, rules);
 *	for (i = prefilter_next(p, rules, 0); i < set->n;
 *	     i = prefilter_next(p, rules, i + 1))
 *		…
 *
 * For a word, four of its bytes are hashed: those that the fewest rules share.
 */
#ifndef RULES_PREFILTER_H
#define RULES_PREFILTER_H

#include "rules/internal.h"

/* With fewer rules, evaluating all of them is as fast. */
#define PREFILTER_RULES_MIN 16

/* Borrows the set, which must be complete. */
struct prefilter *prefilter_new(const struct ruleset *set);
void prefilter_free(struct prefilter *p); /* NULL is accepted */

/* An empty selection; the caller frees it. */
uint64_t *prefilter_rules(const struct prefilter *p);

/*
 * Set the bits of the rules that can apply. `first` and `next` chain the
 * fields of the message by interned names, as in trial.h.
 */
void prefilter_select(const struct prefilter *p, struct message *m,
		      const size_t *first, const size_t *next, uint64_t *rules);

/* The first selected rule from `i` on; the size of the set when none is. */
size_t prefilter_next(const struct prefilter *p, const uint64_t *rules,
		      size_t i);

#endif
