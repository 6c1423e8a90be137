/* SPDX-License-Identifier: ISC */
#include "util/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/escape.h"
#include "util/io.h"
#include "util/syslog.h"

#include "util/banned.h"

/* Longer lines are cut: an error text and its context fit. */
#define LINE_MAX_BYTES 1024

/* Time, process and word of a line in a file. */
#define PREFIX_MAX 80

/* A line as an object: each byte may become two, plus the other members. */
#define OBJECT_MAX (2 * LINE_MAX_BYTES + PREFIX_MAX)

struct log_target {
	enum log_level level;
	bool priorities;
	bool named;
	bool json;
	bool syslog;   /* if there is no file */
	int syslog_fd; /* see util/syslog.h */
	bool has_events;
	int event_fd;
	int people_fd; /* 0: standard error */
	int file_fd;   /* 0: there is none; no descriptor below 3 is one */
};

static struct log_target target;

void log_set_level(enum log_level new_level)
{
	target.level = new_level;
}

enum log_level log_get_level(void)
{
	return target.level;
}

bool log_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long device, inode;
	struct stat st;

	return stream != NULL &&
	       sscanf(stream, "%llu:%llu", &device, &inode) == 2 &&
	       fstat(STDERR_FILENO, &st) == 0 && st.st_dev == device &&
	       st.st_ino == inode;
}

void log_set_priorities(bool on)
{
	target.priorities = on;
}

void log_set_name(bool on)
{
	target.named = on;
}

const char *log_get_name(void)
{
	return target.named ? "postroom: " : "";
}

void log_set_json(bool on)
{
	target.json = on;
}

void log_set_fd(int fd)
{
	target.people_fd = fd;
}

int log_get_fd(void)
{
	return target.people_fd > 0 ? target.people_fd : STDERR_FILENO;
}

bool log_has_event_fd(void)
{
	return target.has_events;
}

void log_set_event_fd(int fd)
{
	target.has_events = fd != -1;
	target.event_fd = fd;
}

/*
 * Open a file, or what a link of ours or of root's names, like /dev/stderr. A
 * link of another user would have us write text from mail to a file of ours.
 */
static int open_file(const char *path)
{
	const int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY |
			  O_NONBLOCK;
	int fd = open(path, flags | O_NOFOLLOW, 0600);
	struct stat st;

	if (fd != -1 || errno != ELOOP)
		return fd;
	if (lstat(path, &st) == 0 && (st.st_uid == geteuid() || st.st_uid == 0))
		return open(path, flags, 0600);
	errno = ELOOP;
	return -1;
}

int log_set_file(const char *path, struct error *err)
{
	int fd = 0;

	if (path != NULL) {
		fd = open_file(path);
		if (fd == -1)
			return error_errno(err, ERR_LOCAL, "cannot open %s",
					   path);
	}
	if (target.file_fd > 0)
		io_close_quietly(&target.file_fd);
	target.file_fd = fd;
	return 0;
}

void log_set_syslog(bool on)
{
	target.syslog = on;
	target.syslog_fd = -1;
}

void log_prepare(void)
{
	/* Times are told in local time, and its rules are in a file. */
	tzset();
	if (target.syslog && target.file_fd <= 0)
		syslog_prepare(&target.syslog_fd);
}

/* The lowest level at which lines of that priority are shown. */
static enum log_level level_of(enum log_priority priority)
{
	switch (priority) {
	case LOG_PRIORITY_ERROR:
		return LOG_LEVEL_QUIET;
	case LOG_PRIORITY_WARNING:
		return LOG_LEVEL_NORMAL;
	case LOG_PRIORITY_INFO:
		return LOG_LEVEL_WHY;
	case LOG_PRIORITY_DEBUG:
		break;
	}
	return LOG_LEVEL_WIRE;
}

/*
 * One write per line, so that lines of several processes do not mix. A log
 * that is gone must not stop the mail.
 */
static void write_line(int fd, const char *prefix, const char *line)
{
	char newline = '\n';
	struct iovec parts[] = {
		{(void *)(uintptr_t)prefix, strlen(prefix)},
		{(void *)(uintptr_t)line, strlen(line)},
		{&newline, 1},
	};

	(void)!writev(fd, parts, 3);
}

/* The line as an object; only quotes and backslashes are still to escape. */
static void wrap(enum log_priority priority, const char *line,
		 char object[OBJECT_MAX])
{
	static const char *const words[] = {[LOG_PRIORITY_ERROR] = "error",
					    [LOG_PRIORITY_WARNING] = "warning",
					    [LOG_PRIORITY_INFO] = "info",
					    [LOG_PRIORITY_DEBUG] = "debug"};
	char text[2 * LINE_MAX_BYTES], when[CLOCK_STAMP_MAX];
	size_t n = 0;

	for (const char *p = line; *p != '\0' && n + 2 < sizeof(text); p++) {
		if (*p == '"' || *p == '\\')
			text[n++] = '\\';
		text[n++] = *p;
	}
	text[n] = '\0';
	clock_stamp(when);
	(void)snprintf(object, OBJECT_MAX,
		       "{\"ts\":\"%s\",\"event\":\"log\",\"level\":\"%s\","
		       "\"text\":\"%s\"}",
		       when, words[priority], text);
}

/* The object to write, perhaps built in `wrapped`; NULL: nothing. */
static const char *object_of(enum log_priority priority, const char *object,
			     const char *line, char wrapped[OBJECT_MAX])
{
	if (object != NULL)
		return object[0] == '\0' ? NULL : object;
	if (line == NULL)
		return NULL;
	wrap(priority, line, wrapped);
	return wrapped;
}

static void write_object(int fd, const char *prefix, enum log_priority priority,
			 const char *object, const char *line)
{
	char wrapped[OBJECT_MAX];

	object = object_of(priority, object, line, wrapped);
	if (object != NULL)
		write_line(fd, prefix, object);
}

static void write_to_file(enum log_priority priority, const char *line)
{
	const char *word = priority == LOG_PRIORITY_ERROR     ? "error: "
			   : priority == LOG_PRIORITY_WARNING ? "warning: "
							      : "";
	char prefix[PREFIX_MAX], when[40] = "";
	time_t now = (time_t)clock_calendar_s();
	struct tm tm;

	if (localtime_r(&now, &tm) != NULL)
		(void)strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%S%z", &tm);
	(void)snprintf(prefix, sizeof(prefix), "%s postroom[%ld]: %s", when,
		       (long)getpid(), word);
	write_line(target.file_fd, prefix, line);
}

static void write_to_syslog(enum log_priority priority, const char *object,
			    const char *line)
{
	char wrapped[OBJECT_MAX];

	if (target.json)
		line = object_of(priority, object, line, wrapped);
	if (line != NULL)
		syslog_write(&target.syslog_fd, (int)priority, line);
}

static void write_to_people(enum log_priority priority, const char *object,
			    const char *line)
{
	bool as_json =
		target.json && target.file_fd <= 0 && !isatty(STDERR_FILENO);
	char prefix[16] = "";

	if (target.priorities)
		(void)snprintf(prefix, sizeof(prefix), "<%d>", (int)priority);
	else if (!as_json)
		(void)snprintf(prefix, sizeof(prefix), "%s%s", log_get_name(),
			       priority == LOG_PRIORITY_DEBUG ? "  " : "");
	if (as_json)
		write_object(log_get_fd(), prefix, priority, object, line);
	else if (line != NULL)
		write_line(log_get_fd(), prefix, line);
}

/* Mail does not wait for a reader of events; a warning says so, once. */
static void write_event(const char *object)
{
	static int patience = IO_PATIENCE;
	static bool said;

	if (io_is_writable(target.event_fd, &patience)) {
		write_object(target.event_fd, "", LOG_PRIORITY_INFO, object,
			     NULL);
	} else if (!said) {
		said = true;
		log_warning("events are lost: nobody reads them");
	}
}

static bool is_shown(enum log_priority priority)
{
	return target.level >= level_of(priority);
}

static bool is_kept(enum log_priority priority)
{
	return (target.file_fd > 0 || target.syslog) &&
	       priority <= LOG_PRIORITY_INFO;
}

bool log_wants_events(enum log_priority priority)
{
	return target.has_events ||
	       (target.json && (is_kept(priority) || is_shown(priority)));
}

static void keep(enum log_priority priority, const char *object,
		 const char *line)
{
	if (target.file_fd <= 0)
		write_to_syslog(priority, object, line);
	else if (target.json)
		write_object(target.file_fd, "", priority, object, line);
	else if (line != NULL)
		write_to_file(priority, line);
}

/*
 * `object` NULL: programs get the line; "": they get nothing. `line` NULL:
 * people get nothing.
 */
static void emit(enum log_priority priority, const char *object,
		 const char *line)
{
	static int patience = IO_PATIENCE;

	if (is_kept(priority))
		keep(priority, object, line);
	if (target.has_events && object != NULL)
		write_event(object);
	if (is_shown(priority) && io_is_writable(log_get_fd(), &patience))
		write_to_people(priority, object, line);
}

static void ATTR_PRINTF(3, 0)
	format(enum log_priority priority, const char *object, const char *fmt,
	       va_list ap)
{
	char raw[LINE_MAX_BYTES], line[LINE_MAX_BYTES];

	if (!is_shown(priority) && !is_kept(priority) &&
	    (!target.has_events || object == NULL))
		return;
	(void)vsnprintf(raw, sizeof(raw), fmt, ap);
	escape_to(line, sizeof(line), raw, strlen(raw));
	emit(priority, object, line);
}

void log_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	format(LOG_PRIORITY_ERROR, NULL, fmt, ap);
	va_end(ap);
}

void log_warning(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	format(LOG_PRIORITY_WARNING, NULL, fmt, ap);
	va_end(ap);
}

void log_info(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	format(LOG_PRIORITY_INFO, NULL, fmt, ap);
	va_end(ap);
}

void log_wire(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	format(LOG_PRIORITY_DEBUG, NULL, fmt, ap);
	va_end(ap);
}

void log_event(enum log_priority priority, const char *object, const char *fmt,
	       ...)
{
	va_list ap;

	va_start(ap, fmt);
	format(priority, object, fmt, ap);
	va_end(ap);
}

void log_object(enum log_priority priority, const char *object)
{
	if (object != NULL)
		emit(priority, object, NULL);
}

void log_plain(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	format(LOG_PRIORITY_INFO, "", fmt, ap);
	va_end(ap);
}
