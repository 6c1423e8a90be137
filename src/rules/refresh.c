/* SPDX-License-Identifier: ISC */
/* Read the lists in files again when the files have changed. */
#include "rules/internal.h"

#include "util/banned.h"

static size_t refresh_condition(struct condition *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n_needles; i++)
		n += c->kind != CONDITION_TO_ME &&
		     text_refresh(&c->needles[i].text);
	for (size_t i = 0; i < c->n_members; i++)
		n += refresh_condition(&c->members[i]);
	return n;
}

size_t ruleset_refresh(struct ruleset *set)
{
	size_t n = 0;

	for (size_t i = 0; i < set->n; i++)
		n += refresh_condition(&set->rules[i]->root);
	return n;
}
