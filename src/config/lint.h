/* SPDX-License-Identifier: ISC */
/*
 * What is wrong with a configuration before libconfuse sees it: libconfuse
 * stops at its first error, counts lines wrongly below comments, and takes
 * some slips (a bare a*b, "\d") for something else in silence.
 */
#ifndef CONFIG_LINT_H
#define CONFIG_LINT_H

#include <stddef.h>

#include "config/diagnostics.h"
#include "util/buf.h"

/* Blocks within blocks: libconfuse and the judge recurse. */
#define LINT_DEPTH_MAX 1000

/*
 * Look at the bytes of `file` (only a name here), add what is wrong to
 * `diags`, and put the text without comments and byte order mark into
 * `clean`: same lines, same columns. Returns the number of errors; only when
 * it is 0 is `clean` fit for config_parse().
 */
size_t lint(const char *file, struct slice bytes, struct diagnostics *diags,
	    struct buf *clean);

#endif
