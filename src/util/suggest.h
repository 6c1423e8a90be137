/* SPDX-License-Identifier: ISC */
/*
 * "Did you mean …?": the nearest of some words, by the number of letters
 * added, dropped, changed or swapped; ASCII case does not count.
 *
 *	struct suggestion s = suggest_for("maildr");
 *
 *	suggest_try(&s, "maildir");
 *	suggest_try(&s, "layout");
 *	if (s.best != NULL)
 *		…
 */
#ifndef UTIL_SUGGEST_H
#define UTIL_SUGGEST_H

#include <stddef.h>

struct suggestion {
	const char *word;
	const char *best; /* borrowed from suggest_try(); NULL: none is near */
	size_t distance;  /* only nearer ones than this are taken */
};

struct suggestion suggest_for(const char *word);
void suggest_try(struct suggestion *s, const char *candidate);

#endif
