/* SPDX-License-Identifier: ISC */
/*
 * Lines for people on standard error, and in a file when there is one. Only
 * main, cmd_*, fetch, sort and schedule log; everything below returns a
 * `struct error`.
 *
 * Whatever is logged is escaped as a whole, so that bytes of a server or of a
 * message can neither end the line nor steer the terminal. Where nobody reads
 * them, lines are dropped after a while: mail does not wait for the log.
 */
#ifndef UTIL_LOG_H
#define UTIL_LOG_H

#include <stdbool.h>

#include "util/attr.h"
#include "util/error.h"

enum log_level {
	LOG_LEVEL_QUIET = -1, /* -q: errors only */
	LOG_LEVEL_NORMAL = 0, /* errors and warnings */
	LOG_LEVEL_WHY = 1,    /* -v: what is done and why */
	LOG_LEVEL_WIRE = 2,   /* -vv: the protocol, passwords left out */
};

void log_set_level(enum log_level level);
enum log_level log_get_level(void);

/* As syslog numbers them; each belongs to a level above. */
enum log_priority {
	LOG_PRIORITY_ERROR = 3,
	LOG_PRIORITY_WARNING = 4,
	LOG_PRIORITY_INFO = 6,
	LOG_PRIORITY_DEBUG = 7,
};

/*
 * Objects of JSON in place of lines for people: in the file, or, when there is
 * none, on standard error, but for a terminal. A line that has no object of
 * its own becomes {"ts":…,"event":"log","level":…,"text":…}.
 */
void log_set_json(bool on);

/* The objects of log_event(), of whatever priority, go there, too; -1: none. */
void log_set_event_fd(int fd);
bool log_has_event_fd(void);

/* Does anybody read objects of that priority? */
bool log_wants_events(enum log_priority priority);

/*
 * Lines for people go there instead of to standard error: to a parent that
 * draws on the terminal and puts them above (report.h). STDERR_FILENO: back.
 */
void log_set_fd(int fd);
int log_get_fd(void);

/*
 * Lines on standard error begin with "postroom: ": in a mail of cron, a bounce
 * or a log that several programs share, a reader must see whose they are.
 */
void log_set_name(bool on);
const char *log_get_name(void); /* "postroom: " or "" */

/* Priorities as journald reads them: "<3>" before an error (sd-daemon(3)). */
void log_set_priorities(bool on);

/*
 * Errors, warnings and what -v says go to this file, too, each line with time
 * and process; it is made with mode 0600. Called again (after a rotation) it
 * is opened anew. NULL: no file any more. When it cannot be opened, -1
 * (ERR_LOCAL), and the one that was stays.
 */
int log_set_file(const char *path, struct error *err);

/*
 * As long as there is no file: what it would get goes to the system's log
 * (syslog.h), facility "mail". For who has left the terminal.
 */
void log_set_syslog(bool on);

/* One line each, no newline at the end of fmt. */
void log_error(const char *fmt, ...) ATTR_PRINTF(1, 2);
void log_warning(const char *fmt, ...) ATTR_PRINTF(1, 2);
void log_info(const char *fmt, ...) ATTR_PRINTF(1, 2);
void log_wire(const char *fmt, ...) ATTR_PRINTF(1, 2);

/*
 * Something that happened: `object` is a line of JSON (event.h) for programs,
 * or NULL when log_wants_events() says that nobody reads it; the rest is the
 * line for people. And what only the ones or only the others are told.
 */
void log_event(enum log_priority priority, const char *object, const char *fmt,
	       ...) ATTR_PRINTF(3, 4);
void log_object(enum log_priority priority, const char *object);
void log_plain(const char *fmt, ...) ATTR_PRINTF(1, 2);

#endif
