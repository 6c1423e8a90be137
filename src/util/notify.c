/* SPDX-License-Identifier: ISC */
#include "util/notify.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "util/banned.h"

/* A status line is cut. */
#define TEXT_MAX 512

/* An address that begins with "@" is an abstract one. */
static socklen_t make_address(const char *path, struct sockaddr_un *out)
{
	size_t len = strlen(path);

	memset(out, 0, sizeof(*out));
	out->sun_family = AF_UNIX;
	if ((path[0] != '/' && path[0] != '@') || len >= sizeof(out->sun_path))
		return 0;
	memcpy(out->sun_path, path, len);
	if (path[0] == '@')
		out->sun_path[0] = '\0';
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
}

void notify_send(const char *fmt, ...)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address;
	char text[TEXT_MAX];
	socklen_t len;
	va_list ap;
	int fd;

	if (path == NULL)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	len = make_address(path, &address);
	fd = len == 0 ? -1
		      : socket(AF_UNIX,
			       SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return;
	if (sendto(fd, text, strlen(text), MSG_NOSIGNAL,
		   (struct sockaddr *)&address, len) == -1)
		text[0] = '\0'; /* Nobody listens. */
	(void)close(fd);
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
