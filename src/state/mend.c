/* SPDX-License-Identifier: ISC */
/*
 * Plans that damage, or a forger, has changed: what of them can be believed,
 * and what is no plan at all. See plan.h.
 */
#include "state/columns.h"
#include "state/db.h"
#include "state/delivery.h"
#include "state/plan.h"
#include "state/seal.h"

#include "util/banned.h"

/*
 * A number whose successor is free: a forger may have taken the highest one.
 */
static int next_free(struct state *s, int64_t message, int *n_out,
		     struct error *err)
{
	struct query *q = query(
		s, "SELECT min(n) + 1 FROM delivery AS d WHERE message = ?1"
		   " AND typeof(n) = 'integer' AND n BETWEEN 0 AND 1000000"
		   " AND NOT EXISTS (SELECT 1 FROM delivery"
		   " WHERE message = ?1 AND n = d.n + 1)");
	int64_t n = 0;

	query_bind_int(q, 1, message);
	if (query_one_int(q, &n, err) == -1)
		return -1;
	*n_out = (int)n;
	return 0;
}

int state_is_filed(struct state *s, int64_t message, bool *filed_out,
		   int *next_n_out, struct error *err)
{
	struct query *q =
		query(s, DELIVERY_COLUMNS " WHERE delivery.message = ?"
					  " AND delivery.kind = " SQL_FOLDER);
	int rc;

	*filed_out = false;
	query_bind_int(q, 1, message);
	while ((rc = query_step(q, err)) == 1) {
		const struct sealed_step step = delivery_values(q);

		*filed_out |= seal_fits_step(
			s, delivery_is_done(q) ? SEAL_DONE : SEAL_STEP, &step,
			query_blob(q, 19));
	}
	query_reset(q);
	return rc == -1 ? -1 : next_free(s, message, next_n_out, err);
}

static int needs_mending(struct state *s, struct error *err)
{
	struct query *q =
		query(s, "SELECT 1 FROM delivery WHERE done IS NULL AND NOT"
			 " (" SQL_SANE_N ") UNION ALL SELECT 1 FROM msg"
			 " WHERE state = " SQL_PLANNED " AND spool IS NOT NULL"
			 " AND NOT EXISTS (SELECT 1 FROM delivery"
			 " WHERE message = msg.id AND done IS NULL)");

	return query_exists(q, err);
}

static int mend(struct state *s, struct error *err)
{
	if (query_run(query(s, "DELETE FROM delivery WHERE done IS NULL"
			       " AND NOT (" SQL_SANE_N ")"),
		      err) == -1)
		return -1;
	return query_run(query(s, "UPDATE msg SET state = " SQL_SPOOLED
				  " WHERE state = " SQL_PLANNED
				  " AND spool IS NOT NULL AND NOT EXISTS"
				  " (SELECT 1 FROM delivery"
				  " WHERE message = msg.id AND done IS NULL)"),
			 err);
}

int state_mend_plans(struct state *s, struct error *err)
{
	int rc = needs_mending(s, err);

	if (rc != 1)
		return rc;
	if (state_begin(s, err) == -1)
		return -1;
	return state_end(s, mend(s, err), err);
}
