/* SPDX-License-Identifier: ISC */
/* A row of the table delivery, for plan.c, command.c and history.c. */
#ifndef STATE_DELIVERY_H
#define STATE_DELIVERY_H

#include "state/db.h"
#include "state/plan.h"

/* The step in a row of DELIVERY_COLUMNS; the caller releases it. */
#define DELIVERY_COLUMNS                                                       \
	"SELECT delivery.message, delivery.n, delivery.kind, delivery.flags,"  \
	" delivery.folder, delivery.base, delivery.spool, delivery.rule,"      \
	" msg.spool, delivery.keywords, delivery.why, delivery.tags,"          \
	" delivery.tries, delivery.command, delivery.crashes, delivery.file,"  \
	" delivery.line, delivery.reason, delivery.undone FROM msg"            \
	" JOIN delivery ON delivery.message = msg.id"
void state_get_delivery(struct query *q, struct delivery *out);

#endif
