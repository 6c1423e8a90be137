/* SPDX-License-Identifier: ISC */
/*
 * Lines for people on standard error, and in a file when there is one. Only
 * main and the rooms cmd/, fetch/, sort/ and run/ log; everything below returns
 * a `struct error`.
 *
 * Each line is escaped as a whole: bytes from a server or a message can neither
 * end the line nor control the terminal. Lines that nobody reads are dropped
 * after some seconds: mail does not wait for the log.
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
 * Write JSON objects instead of lines for people: to the log file, or without
 * one to standard error unless that is a terminal. A line without an object of
 * its own becomes {"ts":…,"event":"log","level":…,"text":…}.
 */
void log_set_json(bool on);

/* Also write the objects of log_event(), of any priority, to fd; -1: stop. */
void log_set_event_fd(int fd);
bool log_has_event_fd(void);

/* Does anybody read objects of that priority? */
bool log_wants_events(enum log_priority priority);

/*
 * Write lines for people to fd instead of standard error: to a parent that
 * draws on the terminal and shows them above its live lines (tell/report.h).
 * STDERR_FILENO restores it.
 */
void log_set_fd(int fd);
int log_get_fd(void);

/*
 * Begin lines on standard error with "postroom: ": in a mail of cron, a bounce
 * or a shared log, a reader must see which program wrote them.
 */
void log_set_name(bool on);
const char *log_get_name(void); /* "postroom: " or "" */

/*
 * Does standard error go to journald, which names the program itself?
 * (systemd.exec(5), JOURNAL_STREAM)
 */
bool log_is_journal(void);

/* Prefix lines with priorities for journald: "<3>…" (sd-daemon(3)). */
void log_set_priorities(bool on);

/*
 * Also write errors, warnings and the lines of -v to this file, each with time
 * and process; it is created with mode 0600. A second call, after a rotation,
 * opens it again; NULL closes it. When it cannot be opened, -1 (ERR_LOCAL),
 * and the old file stays in use.
 */
int log_set_file(const char *path, struct error *err);

/*
 * Without a log file, write its lines to the system's log (util/syslog.h). For
 * a process that has left the terminal.
 */
void log_set_syslog(bool on);

/*
 * Open now what would be opened with the first line: from here on this process
 * may open nothing. If the system's log is restarted, its lines are lost.
 */
void log_prepare(void);

/* One line each, no newline at the end of fmt. */
void log_error(const char *fmt, ...) ATTR_PRINTF(1, 2);
void log_warning(const char *fmt, ...) ATTR_PRINTF(1, 2);
void log_info(const char *fmt, ...) ATTR_PRINTF(1, 2);
void log_wire(const char *fmt, ...) ATTR_PRINTF(1, 2);

/*
 * An event: `object` is a line of JSON for programs (tell/event.h), or NULL
 * when log_wants_events() is false; the rest is the line for people.
 * log_object() is for programs only, log_plain() for people only.
 */
void log_event(enum log_priority priority, const char *object, const char *fmt,
	       ...) ATTR_PRINTF(3, 4);
void log_object(enum log_priority priority, const char *object);
void log_plain(const char *fmt, ...) ATTR_PRINTF(1, 2);

#endif
