/* SPDX-License-Identifier: ISC */
/* The Date: of a message (RFC 5322 3.3), read leniently. */
#ifndef MAIL_DATE_H
#define MAIL_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "mail/message.h"
#include "util/buf.h"

/*
 * Seconds since 1970, and the offset of the sender's zone in seconds. False
 * unless it is a date between 1970 and 2100.
 */
bool date_parse(struct slice text, int64_t *seconds_out, int *zone_out);

/*
 * When was the message written? Seconds since 1970 of its first readable Date:,
 * with the offset of the sender's zone; else of its arrival, with the offset
 * of the local zone. It arrived at `arrived`, or when the newest Received: that
 * has a date says so and is later: clocks that run late must not make new mail
 * old. It is never later than `now`.
 */
int64_t date_of(struct message *m, int64_t arrived, int64_t now, int *zone_out);

#endif
