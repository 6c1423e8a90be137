/* SPDX-License-Identifier: ISC */
/* The bytes of a connection, whoever has made it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "net/internal.h"
#include "net/tls_stream.h"

#include "util/banned.h"

CURLcode stream_fail(struct conn *c, CURLcode code, const char *why)
{
	(void)snprintf(c->why, sizeof(c->why), "%s", why);
	return code;
}

/* `failed` is the code of the direction. */
static CURLcode of_tls(struct conn *c, enum tls_io io, CURLcode failed)
{
	switch (io) {
	case TLS_IO_DONE:
		return CURLE_OK;
	case TLS_IO_WANT_READ:
	case TLS_IO_WANT_WRITE:
		return CURLE_AGAIN;
	case TLS_IO_CLOSED:
		return failed == CURLE_RECV_ERROR
			       ? CURLE_OK
			       : stream_fail(c, failed, "the server closed it");
	case TLS_IO_FAILED:
		break;
	}
	return stream_fail(c, failed, tls_trouble(c->tls));
}

static CURLcode of_socket(struct conn *c, ssize_t done, size_t *n,
			  CURLcode failed)
{
	if (done >= 0) {
		*n = (size_t)done;
		return CURLE_OK;
	}
	if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
		return CURLE_AGAIN;
	return stream_fail(c, failed, strerror(errno));
}

CURLcode stream_receive(struct conn *c, char *p, size_t size, size_t *n)
{
	*n = 0;
	if (!c->is_direct)
		return libcurl()->recv(c->curl, p, size, n);
	if (c->tls != NULL) {
		enum tls_io io = tls_read(c->tls, p, size, n);

		c->receive_wants_write = io == TLS_IO_WANT_WRITE;
		return of_tls(c, io, CURLE_RECV_ERROR);
	}
	return of_socket(c, recv(c->fd, p, size, 0), n, CURLE_RECV_ERROR);
}

CURLcode stream_send(struct conn *c, const char *p, size_t size, size_t *n)
{
	*n = 0;
	if (!c->is_direct)
		return libcurl()->send(c->curl, p, size, n);
	if (c->tls != NULL) {
		enum tls_io io = tls_write(c->tls, p, size, n);

		c->send_wants_read = io == TLS_IO_WANT_READ;
		return of_tls(c, io, CURLE_SEND_ERROR);
	}
	return of_socket(c, send(c->fd, p, size, MSG_NOSIGNAL), n,
			 CURLE_SEND_ERROR);
}

const char *stream_why(const struct conn *c, CURLcode code)
{
	return c->is_direct ? c->why : libcurl()->strerror(code);
}
