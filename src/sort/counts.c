/* SPDX-License-Identifier: ISC */
#include "sort/counts.h"

#include <stdlib.h>

#include "rules/ruleset.h"
#include "sort/batch.h"
#include "sort/internal.h"
#include "state/rules.h"
#include "util/xalloc.h"

#include "util/banned.h"

int sorter_know_rules(struct sorter *s, int64_t now, struct error *err)
{
	const struct ruleset *rules = s->options.rules;

	for (size_t i = 0; i < ruleset_size(rules); i++)
		if (state_know_rule(s->state,
				    ruleset_rule_name(rules, (unsigned)i), now,
				    err) == -1)
			return -1;
	return 0;
}

/*
 * Does it count? Mail that waits is decided again; mail on disk was counted
 * before.
 */
static bool counts(const struct decision *d)
{
	return d->plan.n > 0 && d->message.origin[0] == '\0';
}

int sorter_count_rules(struct sorter *s, const struct batch *b, int64_t now,
		       struct error *err)
{
	const struct ruleset *rules = s->options.rules;
	size_t n = ruleset_size(rules);
	int64_t *hits = xcalloc(n, sizeof(*hits));
	int rc = 0;

	for (size_t i = 0; i < b->n; i++) {
		const struct decision *d = &b->decisions[i];

		for (size_t j = 0; counts(d) && j < d->n_matched; j++)
			hits[d->matched[j]]++;
	}
	for (size_t i = 0; rc == 0 && i < n; i++)
		if (hits[i] > 0)
			rc = state_count_rule(
				s->state, ruleset_rule_name(rules, (unsigned)i),
				hits[i], now, err);
	free(hits);
	return rc;
}
