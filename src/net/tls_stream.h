/* SPDX-License-Identifier: ISC */
/*
 * TLS over a connected, nonblocking socket, without libcurl:
 *
 *	if (tls_start(t, fd, "pop.example.org"))
 *		while ((io = tls_handshake(t)) == TLS_IO_WANT_READ || …)
 *			…
 *
 * `name`, a host or an address, is what the certificate must have; then
 * nothing is sent to anybody else. tls_start() is false when there is no
 * memory or the name cannot be one. tls_end() is also done by tls_free(); it
 * does not close the socket.
 */
#ifndef NET_TLS_STREAM_H
#define NET_TLS_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "net/tls.h"

/* Bytes of a name in the DNS. */
#define TLS_NAME_MAX 255

enum tls_io {
	TLS_IO_DONE,
	TLS_IO_WANT_READ, /* wait until the socket can be read, call again */
	TLS_IO_WANT_WRITE,
	TLS_IO_CLOSED, /* by the server, in order */
	TLS_IO_FAILED, /* see tls_trouble() */
};

bool tls_start(struct tls *t, int fd, const char *name);
void tls_end(struct tls *t);
enum tls_io tls_handshake(struct tls *t);

/* After a handshake, also a failed one: was the certificate accepted? */
bool tls_is_trusted(const struct tls *t);

/* *n is set when they are done. */
enum tls_io tls_read(struct tls *t, void *p, size_t size, size_t *n);
enum tls_io tls_write(struct tls *t, const void *p, size_t size, size_t *n);

/* Keep no buffers of 16 KB while nothing is read or written. */
void tls_release_buffers(struct tls *t);

/* Why the last call failed. */
const char *tls_trouble(const struct tls *t);

#endif
