/* SPDX-License-Identifier: ISC */
/*
 * The environment of commands, made from scratch: what libraries are loaded,
 * and what secrets a service was given, is nobody's business but ours.
 *
 * Taken over from ours are PATH, HOME, USER, LOGNAME, SHELL, LANG, LANGUAGE,
 * LC_*, TZ, TMPDIR, TERM, XDG_* and POSTROOM_*; what programs that people use
 * with mail need to find their files and agents (see the table); and the names
 * of the setting `command-environment`.
 */
#ifndef UTIL_ENVIRONMENT_H
#define UTIL_ENVIRONMENT_H

/* PATH where ours has none. */
#define ENVIRONMENT_PATH "/usr/local/bin:/usr/bin:/bin"

/* Also take over these from now on (NULL-terminated, or NULL); copied. */
void environment_pass(char *const *names);

/*
 * "NAME=value", NULL-terminated, with those in `more` (or NULL) added or in
 * place of ours. Free it with strings_free().
 */
char **environment_make(char *const *more);

#endif
