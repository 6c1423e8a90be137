/* SPDX-License-Identifier: ISC */
/* News of this machine's addresses (rtnetlink(7)). */
#ifndef RUN_NETWORK_H
#define RUN_NETWORK_H

#include <stdbool.h>

/* A descriptor that can be read when an address was added or removed; or -1. */
int network_watch(void);

/* Read what has come. False: nothing of importance. */
bool network_has_changed(int fd);

#endif
