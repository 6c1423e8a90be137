/* SPDX-License-Identifier: ISC */
#include "util/notify.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "util/datagram.h"
#include "util/io.h"

#include "util/banned.h"

/* A status line is cut. */
#define TEXT_MAX 512

void notify_send(const char *fmt, ...)
{
	const char *path = getenv("NOTIFY_SOCKET");
	char text[TEXT_MAX];
	va_list ap;
	int fd = path == NULL ? -1 : datagram_connect(path);

	if (fd == -1)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	(void)datagram_send(fd, text);
	io_close_quietly(&fd);
}

int64_t notify_watchdog_ms(void)
{
	const char *usec = getenv("WATCHDOG_USEC");
	const char *pid = getenv("WATCHDOG_PID");

	if (usec == NULL ||
	    (pid != NULL && strtoll(pid, NULL, 10) != (long long)getpid()))
		return 0;
	return strtoll(usec, NULL, 10) / 1000;
}
