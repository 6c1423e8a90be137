/* SPDX-License-Identifier: ISC */
/*
 * State of a service for systemd (sd_notify(3)): one datagram, for example
 * "READY=1", to the socket in NOTIFY_SOCKET. Without that variable nothing is
 * sent; failures are ignored. systemd itself recommends these few lines
 * instead of linking its library.
 */
#ifndef UTIL_NOTIFY_H
#define UTIL_NOTIFY_H

#include <stdint.h>

#include "util/attr.h"

/* Assignments, one on each line. */
void notify_send(const char *fmt, ...) ATTR_PRINTF(1, 2);

/*
 * Milliseconds within which systemd wants a "WATCHDOG=1" from this process,
 * else it takes the service for hung; 0: no watchdog.
 */
int64_t notify_watchdog_ms(void);

#endif
