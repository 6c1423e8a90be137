/* SPDX-License-Identifier: ISC */
/*
 * Commands of the configuration that notify the user: on-new and on-trouble.
 * No mail depends on them, and a failed one is not repeated. They get their
 * data in the environment and on standard input; their arguments are fixed by
 * the configuration.
 */
#ifndef TELL_HOOK_H
#define TELL_HOOK_H

#include <stdint.h>

#include "util/error.h"

/* Borrowed; argv is NULL when the hook is not set: nothing is done. */
struct hook {
	char *const *argv;
	int seconds;
};

/*
 * on-new: standard input is the file `list` with a path on each line;
 * POSTROOM_NEW is their number. -1 when the command cannot be run or fails.
 */
int hook_new(const struct hook *hook, int list, uint64_t n, struct error *err);

/*
 * on-trouble: POSTROOM_ACCOUNT ("" for trouble without an account) and
 * POSTROOM_TROUBLE, escaped; standard input is the line of the log. -1 as
 * above.
 */
int hook_trouble(const struct hook *hook, const char *account, const char *text,
		 struct error *err);

#endif
