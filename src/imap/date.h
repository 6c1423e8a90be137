/* SPDX-License-Identifier: ISC */
/* The time of INTERNALDATE. */
#ifndef IMAP_DATE_H
#define IMAP_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "util/slice.h"

/*
 * "17-Jul-1996 02:44:25 -0700", as seconds since 1970. A day of one digit has
 * a blank before it, or has not. False: it is something else, or no year
 * between 1900 and 9999.
 */
bool imap_date(struct slice text, int64_t *out);

#endif
