/* SPDX-License-Identifier: ISC */
/*
 * Commands of the configuration that are told what happened: on-new and
 * on-trouble. Nothing hangs on them, and they are not tried again. What they
 * are told comes in the environment and on standard input; their arguments are
 * those of the configuration.
 */
#ifndef TELL_HOOK_H
#define TELL_HOOK_H

#include <stdint.h>

#include "util/error.h"

/* Borrowed; argv NULL: there is none, and nothing is done. */
struct hook {
	char *const *argv;
	int seconds;
};

/*
 * on-new: `list` is a file of paths, one a line; POSTROOM_NEW is their number.
 * -1 when the command could not be run or failed, with the words for it.
 */
int hook_new(const struct hook *hook, int list, uint64_t n, struct error *err);

/*
 * on-trouble: POSTROOM_ACCOUNT ("" when it is no account's) and
 * POSTROOM_TROUBLE, escaped; standard input is the line of the log. -1 as
 * above.
 */
int hook_trouble(const struct hook *hook, const char *account, const char *text,
		 struct error *err);

#endif
