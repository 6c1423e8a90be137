/* SPDX-License-Identifier: ISC */
#include "util/suggest.h"

#include <stdbool.h>
#include <string.h>

#include "util/ascii.h"

#include "util/banned.h"

/* A longer word is not a misspelt name; this also bounds the work. */
#define WORD_MAX 40

struct suggestion suggest_for(const char *word)
{
	size_t len = strnlen(word, WORD_MAX + 1);
	size_t typos = len <= 3 ? 1 : len <= 8 ? 2 : 3;

	return (struct suggestion){.word = word, .distance = typos + 1};
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Optimal string alignment, three rows at a time. */
static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t rows[3][WORD_MAX + 1];

	for (size_t j = 0; j <= b_len; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t *row = rows[i % 3], *up = rows[(i + 2) % 3];
		const size_t *up2 = rows[(i + 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			bool same =
				ascii_lower(a[i - 1]) == ascii_lower(b[j - 1]);

			row[j] = least(up[j - 1] + !same,
				       least(up[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 &&
			    ascii_lower(a[i - 1]) == ascii_lower(b[j - 2]) &&
			    ascii_lower(a[i - 2]) == ascii_lower(b[j - 1]))
				row[j] = least(row[j], up2[j - 2] + 1);
		}
	}
	return rows[a_len % 3][b_len];
}

void suggest_try(struct suggestion *s, const char *candidate)
{
	size_t word_len = strnlen(s->word, WORD_MAX + 1);
	size_t len = strnlen(candidate, WORD_MAX + 1);
	size_t d;

	if (word_len > WORD_MAX || len > WORD_MAX)
		return;
	d = distance(s->word, word_len, candidate, len);
	if (d < s->distance && d < len) {
		s->distance = d;
		s->best = candidate;
	}
}
