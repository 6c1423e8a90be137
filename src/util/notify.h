/* SPDX-License-Identifier: ISC */
/*
 * What a service tells systemd (sd_notify(3)): one datagram to the socket that
 * NOTIFY_SOCKET names, "READY=1" for example. Without it nothing happens, and
 * nothing that goes wrong matters. systemd itself advises to write these few
 * lines instead of linking its library.
 */
#ifndef UTIL_NOTIFY_H
#define UTIL_NOTIFY_H

#include <stdint.h>

#include "util/attr.h"

/* Assignments, one a line. */
void notify_send(const char *fmt, ...) ATTR_PRINTF(1, 2);

/*
 * Milliseconds after which the service is taken for hung when it does not say
 * "WATCHDOG=1"; 0: nobody watches. Of this process only.
 */
int64_t notify_watchdog_ms(void);

#endif
