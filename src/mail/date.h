/* SPDX-License-Identifier: ISC */
/* The Date: of a message (RFC 5322 3.3), read leniently. */
#ifndef MAIL_DATE_H
#define MAIL_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "util/buf.h"

/*
 * Seconds since 1970, and the offset of the sender's zone in seconds. False
 * unless it is a date between 1970 and 2100.
 */
bool date_parse(struct slice text, int64_t *seconds_out, int *zone_out);

#endif
