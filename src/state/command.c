/* SPDX-License-Identifier: ISC */
#include "state/command.h"

#include "state/columns.h"
#include "state/db.h"
#include "state/delivery.h"

#include "util/banned.h"

int state_due(struct state *s, int64_t now, const struct delivery *after,
	      struct delivery *out, size_t max, size_t *n_out,
	      struct error *err)
{
	struct query *q = query(
		s, DELIVERY_COLUMNS
		" WHERE delivery.done IS NULL AND delivery.kind >= " SQL_FIRST_COMMAND
		" AND msg.spool IS NOT NULL AND delivery.next <= ?1"
		" AND " SQL_SANE_N " AND (delivery.message > ?2"
		" OR (delivery.message = ?2 AND delivery.n > ?3))"
		" ORDER BY delivery.message, delivery.n LIMIT ?4");
	int rc;

	*n_out = 0;
	query_bind_int(q, 1, now);
	query_bind_int(q, 2, after->message);
	query_bind_int(q, 3, after->n);
	query_bind_int(q, 4, (int64_t)max);
	while ((rc = query_step(q, err)) == 1)
		state_get_delivery(s, q, &out[(*n_out)++]);
	query_reset(q);
	return rc;
}

int state_rest(struct state *s, int64_t message, int n, int64_t next,
	       struct error *err)
{
	struct query *q =
		query(s, "UPDATE delivery SET tries = tries + 1, next = ?3"
			 " WHERE message = ?1 AND n = ?2 AND done IS NULL");

	query_bind_int(q, 1, message);
	query_bind_int(q, 2, n);
	query_bind_int(q, 3, next);
	return query_run(q, err);
}

int state_set_retry(struct state *s, const struct delivery *d, int64_t next,
		    const char *trouble, struct error *err)
{
	struct query *q = query(s, "UPDATE delivery SET tries = ?, next = ?,"
				   " trouble = ? WHERE message = ? AND n = ?");

	query_bind_int(q, 1, d->tries);
	query_bind_int(q, 2, next);
	query_bind_text(q, 3, trouble);
	query_bind_int(q, 4, d->message);
	query_bind_int(q, 5, d->n);
	return query_run(q, err);
}

int state_set_trouble(struct state *s, const struct delivery *d,
		      const char *trouble, struct error *err)
{
	return state_set_retry(s, d, 0, trouble, err);
}
