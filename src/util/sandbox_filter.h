/* SPDX-License-Identifier: ISC */
/* The filter of system calls (seccomp) of sandbox.h. */
#ifndef UTIL_SANDBOX_FILTER_H
#define UTIL_SANDBOX_FILTER_H

#include <stdbool.h>

/*
 * Set it, for good; `has_files`: with the calls that make and read files;
 * `has_connection`: with those of a session with a server. It needs
 * PR_SET_NO_NEW_PRIVS before. -1 with errno.
 */
int sandbox_filter(bool has_files, bool has_connection);

#endif
