/* SPDX-License-Identifier: ISC */
/* A row of the table delivery, for plan.c, command.c and history.c. */
#ifndef STATE_DELIVERY_H
#define STATE_DELIVERY_H

#include <stdbool.h>

#include "state/db.h"
#include "state/plan.h"

struct sealed_step;

/*
 * The step in a row of DELIVERY_COLUMNS; the caller releases it. Its values as
 * they are stored, valid until the next step of the statement. Was it done?
 */
#define DELIVERY_COLUMNS                                                       \
	"SELECT delivery.message, delivery.n, delivery.kind, delivery.flags,"  \
	" delivery.folder, delivery.base, delivery.spool, delivery.rule,"      \
	" msg.spool, delivery.keywords, delivery.why, delivery.tags,"          \
	" delivery.tries, delivery.command, delivery.crashes, delivery.file,"  \
	" delivery.line, delivery.reason, delivery.undone, delivery.seal,"     \
	" delivery.done IS NOT NULL FROM msg"                                  \
	" JOIN delivery ON delivery.message = msg.id"
void state_get_delivery(struct state *s, struct query *q, struct delivery *out);
struct sealed_step delivery_values(struct query *q);
bool delivery_is_done(struct query *q);

#endif
