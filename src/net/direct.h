/* SPDX-License-Identifier: ISC */
/*
 * Connecting without libcurl, in the usual case. libcurl brings some thirty
 * libraries; loading them takes longer than a poll that finds nothing.
 */
#ifndef NET_DIRECT_H
#define NET_DIRECT_H

#include <stdbool.h>
#include <stdint.h>

#include "net/internal.h"

/*
 * False: libcurl is needed, for a proxy, for STARTTLS, or for a name with
 * other characters than those of a host or an address.
 */
bool direct_is_enough(const struct account *a);

/* How long to wait. */
struct direct_wait {
	int64_t end;			    /* by clock_ms() */
	bool (*is_hopeless)(void *context); /* asked again and again */
	void *context;
};

/*
 * Connect to the address of the host that answers first (RFC 8305), or to
 * `address` unless that is NULL, and do the handshake of TLS. On success the
 * socket is the only one in c->sockets; it belongs to `c`, which closes it.
 * Returns the code that libcurl would, with its reason in c->why, and for
 * CURLE_COULDNT_CONNECT the errno in c->os_errno.
 */
CURLcode direct_open(struct conn *c, const struct account *a,
		     const char *address, const struct direct_wait *wait);

#endif
