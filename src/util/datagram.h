/* SPDX-License-Identifier: ISC */
/*
 * Datagrams to a local socket, as services send them to systemd and to the
 * system's log. Sending never blocks.
 */
#ifndef UTIL_DATAGRAM_H
#define UTIL_DATAGRAM_H

#include <stdbool.h>

/*
 * A socket connected to `path`; one that begins with "@" is in the abstract
 * namespace of Linux. Returns the descriptor, to be closed by the caller, or
 * -1 when nobody listens there.
 */
int datagram_connect(const char *path);

/* One datagram, without the NUL. False, with errno, when it was not sent. */
bool datagram_send(int fd, const char *text);

#endif
