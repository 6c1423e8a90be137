/* SPDX-License-Identifier: ISC */
/*
 * The numbers that columns hold, as C constants and as text to paste into SQL.
 */
#ifndef STATE_COLUMNS_H
#define STATE_COLUMNS_H

#include "state/plan.h"

/* msg.state */
enum {
	MSG_SPOOLED = 1, /* waits for its verdict */
	MSG_PLANNED = 2,
	MSG_DONE = 3,
};

#define SQL_SPOOLED "1"
#define SQL_PLANNED "2"
#define SQL_DONE    "3"

/* msg.gone counts complete listings without the message, up to this. */
#define GONE_ENOUGH	3
#define SQL_GONE_ENOUGH "3"

/*
 * delivery.n fits into struct delivery, and so does the next one. The column
 * of a forged row can hold anything.
 */
#define SQL_SANE_N                                                             \
	"typeof(delivery.n) = 'integer'"                                       \
	" AND delivery.n BETWEEN 0 AND 2147483646"

/* delivery.kind, see enum delivery_kind */
#define SQL_STAY	  "0"
#define SQL_FOLDER	  "1"
#define SQL_COPY	  "2"
#define SQL_DISCARD	  "3"
#define SQL_FIRST_COMMAND "4"

_Static_assert(MSG_SPOOLED == 1 && MSG_PLANNED == 2 && MSG_DONE == 3 &&
		       GONE_ENOUGH == 3,
	       "SQL says the same numbers");
_Static_assert(DELIVERY_STAY == 0 && DELIVERY_FOLDER == 1 &&
		       DELIVERY_COPY == 2 && DELIVERY_DISCARD == 3 &&
		       DELIVERY_FIRST_COMMAND == 4,
	       "SQL says the same numbers");

#endif
