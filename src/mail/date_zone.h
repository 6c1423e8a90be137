/* SPDX-License-Identifier: ISC */
/* Zones in dates of mail, by name and by number. */
#ifndef MAIL_DATE_ZONE_H
#define MAIL_DATE_ZONE_H

#include <stdbool.h>

#include "util/buf.h"

/*
 * Take the zone whose name are the first `n` bytes of *rest, and a "DST" behind
 * it: those of RFC 5322 4.3, and others that mail programs write and that mean
 * one thing. Gives seconds east of UTC. False: unknown; it is taken, too.
 */
bool date_zone_take_name(struct slice *rest, size_t n, int *seconds_out);

/*
 * Take a zone from the start of *rest, which begins with its sign: "+0530",
 * "-05:00", "+2". An impossible one counts as UTC.
 */
int date_zone_take(struct slice *rest);

#endif
