/* SPDX-License-Identifier: ISC */
#include "util/log.h"

#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/escape.h"
#include "util/io.h"

#include "util/banned.h"

/* Longer lines are cut: an error text and its context fit. */
#define LINE_MAX_BYTES 1024

/* How long a log that takes nothing is waited for, once. */
#define PATIENCE_MS 5000

static enum log_level level = LOG_LEVEL_NORMAL;

void log_set_level(enum log_level new_level)
{
	level = new_level;
}

enum log_level log_get_level(void)
{
	return level;
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
static void ATTR_PRINTF(2, 0)
	emit(const char *mark, const char *fmt, va_list ap)
{
	char raw[LINE_MAX_BYTES], line[LINE_MAX_BYTES + 16];
	size_t len;

	(void)vsnprintf(raw, sizeof(raw), fmt, ap);
	len = (size_t)snprintf(line, sizeof(line), "%s", mark);
	escape_to(line + len, sizeof(line) - len - 1, raw, strlen(raw));
	len = strlen(line);
	line[len++] = '\n';
	if (!is_writable() || write(STDERR_FILENO, line, len) == -1)
		return; /* A log that is gone must not stop the mail. */
}

void log_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	emit("", fmt, ap);
	va_end(ap);
}

void log_warning(const char *fmt, ...)
{
	va_list ap;

	if (level < LOG_LEVEL_NORMAL)
		return;
	va_start(ap, fmt);
	emit("", fmt, ap);
	va_end(ap);
}

void log_info(const char *fmt, ...)
{
	va_list ap;

	if (level < LOG_LEVEL_WHY)
		return;
	va_start(ap, fmt);
	emit("", fmt, ap);
	va_end(ap);
}

void log_wire(const char *fmt, ...)
{
	va_list ap;

	if (level < LOG_LEVEL_WIRE)
		return;
	va_start(ap, fmt);
	emit("  ", fmt, ap);
	va_end(ap);
}
