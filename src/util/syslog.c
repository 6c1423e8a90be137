/* SPDX-License-Identifier: ISC */
#include "util/syslog.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/datagram.h"
#include "util/io.h"

#include "util/banned.h"

/* LOG_MAIL of <syslog.h>, whose other names would collide with ours. */
#define FACILITY_MAIL (2 << 3)

/* An object of JSON with a long subject fits. */
#define DATAGRAM_MAX 8192

/* How long to wait, only once until the socket accepts bytes again. */
#define PATIENCE_MS 300

void syslog_prepare(int *fd)
{
	if (*fd == -1)
		*fd = datagram_connect("/dev/log");
}

static bool send_once(int *fd, const char *datagram)
{
	syslog_prepare(fd);
	if (*fd == -1)
		return false;
	if (datagram_send(*fd, datagram))
		return true;
	if (errno != EAGAIN)
		io_close_quietly(fd);
	return false;
}

void syslog_write(int *fd, int priority, const char *text)
{
	static bool stalled;
	char datagram[DATAGRAM_MAX], when[32] = "";
	time_t now = (time_t)clock_calendar_s();
	int64_t until = clock_ms() + (stalled ? 0 : PATIENCE_MS);
	int reopened = 0;
	struct tm tm;

	if (localtime_r(&now, &tm) != NULL)
		(void)strftime(when, sizeof(when), "%b %e %H:%M:%S", &tm);
	(void)snprintf(datagram, sizeof(datagram), "<%d>%s postroom[%ld]: %s",
		       FACILITY_MAIL | priority, when, (long)getpid(), text);
	/* Connect again once: the log daemon may have been restarted. */
	while (!send_once(fd, datagram)) {
		if (*fd == -1 ? reopened++ > 0
			      : io_wait(*fd, POLLOUT, until) != 1 ||
					clock_ms() >= until) {
			stalled = *fd != -1;
			return;
		}
	}
	stalled = false;
}
