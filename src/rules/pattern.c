/* SPDX-License-Identifier: ISC */
#include "rules/pattern.h"

#include <string.h>

#include "util/ascii.h"

#include "util/banned.h"

/* Nested groups of a pattern; deeper ones are not examined. */
#define PATTERN_DEPTH_MAX 32

/* A group of a pattern, while the pattern is scanned. */
struct group_scan {
	bool repeats;	  /* a part of it has no upper limit */
	bool choices;	  /* it has a | */
	bool first, last; /* its first, last part is a plain character */
	size_t parts;
};

/* The end of the quantifier at i, if any. *endless_out: no upper limit. */
static size_t skip_quantifier(struct slice p, size_t i, bool *endless_out)
{
	size_t end = i;

	*endless_out = false;
	if (i < p.len && (p.p[i] == '*' || p.p[i] == '+')) {
		*endless_out = true;
		end = i + 1;
	} else if (i < p.len && p.p[i] == '?') {
		end = i + 1;
	} else if (i < p.len && p.p[i] == '{') {
		while (end < p.len && p.p[end] != '}')
			end++;
		*endless_out = end < p.len && p.p[end - 1] == ',';
		end += end < p.len;
	}
	if (end > i && end < p.len && (p.p[end] == '?' || p.p[end] == '+')) {
		/* A possessive quantifier does not backtrack. */
		*endless_out = *endless_out && p.p[end] == '?';
		end++;
	}
	return end;
}

/* The end of a character, escape or [class]. *plain_out: a fixed character. */
static size_t skip_atom(struct slice p, size_t i, bool *plain_out)
{
	*plain_out = strchr(".^$[|", p.p[i]) == NULL;
	if (p.p[i] == '\\') {
		char c = i + 1 < p.len ? p.p[i + 1] : 'w';

		*plain_out = !ascii_is_letter(c);
		return i + 2;
	}
	if (p.p[i] != '[')
		return i + 1;
	for (i += i + 1 < p.len && p.p[i + 1] == '^' ? 3 : 2;
	     i < p.len && p.p[i] != ']'; i++)
		if (p.p[i] == '\\')
			i++;
	return i + 1;
}

/* `plain`: one fixed character, not repeated. */
static void add_part(struct group_scan *g, bool plain, bool endless)
{
	if (g->parts++ == 0)
		g->first = plain;
	g->last = plain;
	g->repeats |= endless;
}

/* If it repeats, can one text be split among its repetitions in many ways? */
static bool is_wild(const struct group_scan *g)
{
	return g->repeats && (g->choices || (!g->first && !g->last));
}

bool pattern_is_slow(struct slice p)
{
	struct group_scan groups[PATTERN_DEPTH_MAX] = {{false}};
	size_t depth = 0, i = 0, end;
	bool plain, endless;

	while (i < p.len && depth < PATTERN_DEPTH_MAX - 1) {
		if (p.p[i] == '(') {
			groups[++depth] = (struct group_scan){false};
			i++;
			/* (?: and the like are not parts. */
			while (i < p.len && p.p[i - 1] == '(' && p.p[i] == '?')
				i += 2;
			continue;
		}
		if (p.p[i] == ')' && depth > 0) {
			end = skip_quantifier(p, i + 1, &endless);
			if (endless && is_wild(&groups[depth]))
				return true;
			endless |= groups[depth].repeats;
			plain = false;
			depth--;
		} else {
			groups[depth].choices |= p.p[i] == '|';
			end = skip_atom(p, i, &plain);
			i = end;
			end = skip_quantifier(p, i, &endless);
			plain = plain && end == i;
		}
		add_part(&groups[depth], plain, endless);
		i = end;
	}
	return false;
}
