/* SPDX-License-Identifier: ISC */
#include "util/log.h"

#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/escape.h"
#include "util/io.h"

#include "util/banned.h"

/* Longer lines are cut: an error text and its context fit. */
#define LINE_MAX_BYTES 1024

/* Time, process and word of a line in a file. */
#define PREFIX_MAX 80

/* How long a log that takes nothing is waited for, once. */
#define PATIENCE_MS 5000

/* As syslog numbers them. */
enum priority {
	PRIORITY_ERROR = 3,
	PRIORITY_WARNING = 4,
	PRIORITY_INFO = 6,
	PRIORITY_DEBUG = 7,
};

struct log_target {
	enum log_level level;
	bool priorities;
	int file_fd; /* 0: there is none; no descriptor below 3 is one */
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

void log_set_priorities(bool on)
{
	target.priorities = on;
}

int log_set_file(const char *path, struct error *err)
{
	int fd = 0;

	if (path != NULL) {
		fd = open(path,
			  O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY |
				  O_NONBLOCK,
			  0600);
		if (fd == -1)
			return error_errno(err, ERR_LOCAL, "cannot open %s",
					   path);
	}
	if (target.file_fd > 0)
		io_close_quietly(&target.file_fd);
	target.file_fd = fd;
	return 0;
}

/* A pipe whose reader sleeps, or a terminal that was stopped, is not. */
static bool is_writable(void)
{
	static int patience = PATIENCE_MS;
	int rc = io_wait(STDERR_FILENO, POLLOUT, clock_ms() + patience);

	patience = rc < 1 ? 0 : PATIENCE_MS;
	return rc == 1;
}

/* One write per line, so that lines of several processes do not mix. */
static void write_line(int fd, const char *prefix, const char *raw)
{
	char line[LINE_MAX_BYTES + PREFIX_MAX];
	size_t len = (size_t)snprintf(line, PREFIX_MAX, "%s", prefix);

	escape_to(line + len, sizeof(line) - len - 1, raw, strlen(raw));
	len = strlen(line);
	line[len++] = '\n';
	if (write(fd, line, len) == -1)
		return; /* A log that is gone must not stop the mail. */
}

static void write_to_file(enum priority priority, const char *raw)
{
	const char *word = priority == PRIORITY_ERROR	  ? "error: "
			   : priority == PRIORITY_WARNING ? "warning: "
							  : "";
	char prefix[PREFIX_MAX], when[40] = "";
	time_t now = (time_t)(clock_calendar_us() / 1000000);
	struct tm tm;

	if (localtime_r(&now, &tm) != NULL)
		(void)strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%S%z", &tm);
	(void)snprintf(prefix, sizeof(prefix), "%s postroom[%ld]: %s", when,
		       (long)getpid(), word);
	write_line(target.file_fd, prefix, raw);
}

static void ATTR_PRINTF(3, 0) emit(enum priority priority, enum log_level least,
				   const char *fmt, va_list ap)
{
	char raw[LINE_MAX_BYTES], prefix[8] = "";

	if (target.level < least &&
	    (target.file_fd <= 0 || least > LOG_LEVEL_WHY))
		return;
	(void)vsnprintf(raw, sizeof(raw), fmt, ap);
	if (target.file_fd > 0)
		write_to_file(priority, raw);
	if (target.level < least || !is_writable())
		return;
	if (target.priorities)
		(void)snprintf(prefix, sizeof(prefix), "<%d>", (int)priority);
	else if (priority == PRIORITY_DEBUG)
		(void)snprintf(prefix, sizeof(prefix), "  ");
	write_line(STDERR_FILENO, prefix, raw);
}

void log_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	emit(PRIORITY_ERROR, LOG_LEVEL_QUIET, fmt, ap);
	va_end(ap);
}

void log_warning(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	emit(PRIORITY_WARNING, LOG_LEVEL_NORMAL, fmt, ap);
	va_end(ap);
}

void log_info(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	emit(PRIORITY_INFO, LOG_LEVEL_WHY, fmt, ap);
	va_end(ap);
}

void log_wire(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	emit(PRIORITY_DEBUG, LOG_LEVEL_WIRE, fmt, ap);
	va_end(ap);
}
