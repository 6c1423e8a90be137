/* SPDX-License-Identifier: ISC */
/*
 * Errors and warnings about a configuration, collected so that one run shows
 * all of them, sorted by place.
 *
 *	struct diagnostics diags = {0};
 *
 *	diagnostics_add(&diags, true, file, 4, 1, "unknown setting '%s'", key);
 *	diagnostics_print(&diags, stderr, "", false);
 *	diagnostics_release(&diags);
 */
#ifndef CONFIG_DIAGNOSTICS_H
#define CONFIG_DIAGNOSTICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "util/attr.h"

struct diagnostic {
	bool is_error; /* else a warning */
	char *file;    /* or NULL */
	int line;      /* from 1; 0: not about a line */
	int column;    /* from 1, in bytes; 0: unknown */
	char *text;    /* what is wrong and what to write instead */
	char *hint;    /* further lines (pattern and caret), or NULL */
	size_t order;  /* of being added; keeps the sort stable */
};

struct diagnostics {
	struct diagnostic *list;
	size_t n;
	size_t n_errors;
};

/*
 * Add an error or a warning; `file` may be NULL. Control characters in the
 * text are escaped.
 */
void diagnostics_add(struct diagnostics *d, bool is_error, const char *file,
		     int line, int column, const char *fmt, ...)
	ATTR_PRINTF(6, 7);

/* Append lines, not escaped, to the error or warning that was added last. */
void diagnostics_hint(struct diagnostics *d, const char *hint);

/*
 * Write "FILE:LINE:COLUMN: error: TEXT" lines to `out`, sorted by place, with
 * hints indented below; each line begins with `prefix`. errors_only leaves out
 * the warnings.
 */
void diagnostics_print(struct diagnostics *d, FILE *out, const char *prefix,
		       bool errors_only);

void diagnostics_release(struct diagnostics *d);

#endif
