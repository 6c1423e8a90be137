/* SPDX-License-Identifier: ISC */
/*
 * Lines for people on standard error. Only main, cmd_*, fetch, sort and
 * schedule log; everything below returns a `struct error`.
 *
 * Whatever is logged is escaped as a whole, so that bytes of a server or of a
 * message can neither end the line nor steer the terminal. Where nobody reads
 * them, lines are dropped after a while: mail does not wait for the log.
 */
#ifndef UTIL_LOG_H
#define UTIL_LOG_H

#include "util/attr.h"

enum log_level {
	LOG_LEVEL_QUIET = -1, /* -q: errors only */
	LOG_LEVEL_NORMAL = 0, /* errors and warnings */
	LOG_LEVEL_WHY = 1,    /* -v: what is done and why */
	LOG_LEVEL_WIRE = 2,   /* -vv: the protocol, passwords left out */
};

void log_set_level(enum log_level level);
enum log_level log_get_level(void);

/* One line each, no newline at the end of fmt. */
void log_error(const char *fmt, ...) ATTR_PRINTF(1, 2);
void log_warning(const char *fmt, ...) ATTR_PRINTF(1, 2);
void log_info(const char *fmt, ...) ATTR_PRINTF(1, 2);
void log_wire(const char *fmt, ...) ATTR_PRINTF(1, 2);

#endif
