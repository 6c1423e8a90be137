/* SPDX-License-Identifier: ISC */
#include "util/datagram.h"

#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "util/io.h"

#include "util/banned.h"

/* Returns the length of the address, 0 when `path` cannot be one. */
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

int datagram_connect(const char *path)
{
	struct sockaddr_un address;
	socklen_t len = make_address(path, &address);
	int fd;

	if (len == 0)
		return -1;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd != -1 &&
	    connect(fd, (const struct sockaddr *)&address, len) == -1)
		io_close_quietly(&fd);
	return fd;
}

bool datagram_send(int fd, const char *text)
{
	return send(fd, text, strlen(text), MSG_NOSIGNAL) != -1;
}
