/* SPDX-License-Identifier: ISC */
/*
 * Complaints about a configuration, collected so that all of a run are shown
 * at once, each with the place where it arose.
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
	size_t order;  /* in which it was added */
};

struct diagnostics {
	struct diagnostic *list;
	size_t n;
	size_t n_errors;
};

/* Add one; file may be NULL. The text is formatted and escaped. */
void diagnostics_add(struct diagnostics *d, bool is_error, const char *file,
		     int line, int column, const char *fmt, ...)
	ATTR_PRINTF(6, 7);

/* Add further lines (kept as they are) to the complaint added last. */
void diagnostics_hint(struct diagnostics *d, const char *hint);

/*
 * "FILE:LINE:COLUMN: error: TEXT", one a line, in file and line order, hints
 * indented below; each line begins with `prefix`. With errors_only warnings
 * are left out.
 */
void diagnostics_print(struct diagnostics *d, FILE *out, const char *prefix,
		       bool errors_only);

void diagnostics_release(struct diagnostics *d);

#endif
