/* SPDX-License-Identifier: ISC */
#include "util/frame.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "util/banned.h"

/* Room for one descriptor. */
union control {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(sizeof(int))];
};

int frame_send(int socket_fd, const void *frame, size_t len, int fd)
{
	union control control;
	struct iovec iov;
	struct msghdr message = {.msg_iov = &iov, .msg_iovlen = 1};
	ssize_t n;

	memset(&control, 0, sizeof(control));
	memcpy(&iov.iov_base, &frame, sizeof(iov.iov_base));
	iov.iov_len = len;
	if (fd != -1) {
		struct cmsghdr *c;

		message.msg_control = control.bytes;
		message.msg_controllen = sizeof(control.bytes);
		c = CMSG_FIRSTHDR(&message);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &fd, sizeof(int));
	}
	do
		n = sendmsg(socket_fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (n == -1 && errno == EINTR);
	if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return 0;
	/* A frame is small: it is sent whole, or not at all. */
	return n == (ssize_t)len ? 1 : -1;
}

int frame_receive(int socket_fd, void *frame, size_t len, int *fd_out)
{
	union control control;
	struct iovec iov = {frame, len};
	struct msghdr message = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	const struct cmsghdr *c;
	ssize_t n;

	*fd_out = -1;
	do
		n = recvmsg(socket_fd, &message,
			    MSG_CMSG_CLOEXEC | MSG_WAITALL);
	while (n == -1 && errno == EINTR);
	if (n <= 0)
		return (int)n;
	c = CMSG_FIRSTHDR(&message);
	if (c != NULL && c->cmsg_type == SCM_RIGHTS)
		memcpy(fd_out, CMSG_DATA(c), sizeof(*fd_out));
	return n == (ssize_t)len ? 1 : -1;
}
