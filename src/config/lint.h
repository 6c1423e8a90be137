/* SPDX-License-Identifier: ISC */
/*
 * Finds the mistakes in the text of a configuration before libconfuse reads
 * it, because libconfuse stops at its first error, counts lines wrongly below
 * comments, and silently reads some mistakes (an unquoted a*b, "\d") as
 * something else.
 */
#ifndef CONFIG_LINT_H
#define CONFIG_LINT_H

#include <stddef.h>

#include "config/diagnostics.h"
#include "config/secret.h"
#include "util/buf.h"

/* Nested blocks: libconfuse and the judge call themselves for each level. */
#define LINT_DEPTH_MAX 1000

/*
 * Check the bytes of `file` (only its name is used), add errors to `diags`, and
 * store the text without comments and byte order mark in `clean`, with lines
 * and columns unchanged. Passwords go from there to `secrets`, if it is not
 * NULL. Returns the number of errors; config_parse() may read `clean` only when
 * that is 0.
 */
size_t lint(const char *file, struct slice bytes, struct diagnostics *diags,
	    struct buf *clean, struct secrets *secrets);

#endif
