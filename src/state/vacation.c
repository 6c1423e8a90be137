/* SPDX-License-Identifier: ISC */
#include "state/vacation.h"

#include "state/db.h"

#include "util/banned.h"

#define DAY ((int64_t)24 * 60 * 60)

/* Read the row of the key. Without one, or if it is old: granted. */
static int read_claim(struct state *s, const struct answer *a,
		      enum claim *claim_out, struct error *err)
{
	struct query *q =
		query(s, "SELECT message, sending FROM vacation WHERE key = ?"
			 " AND (at >= ? OR (message = ? AND sending = 1))");
	int rc;

	query_bind_digest(q, 1, a->key);
	query_bind_int(q, 2, a->since);
	query_bind_int(q, 3, a->message);
	rc = query_step(q, err);
	if (rc == -1)
		return -1;
	*claim_out = CLAIM_GRANTED;
	if (rc == 1 && query_int(q, 0) != a->message)
		*claim_out = CLAIM_ANSWERED;
	else if (rc == 1 && query_int(q, 1) != 0)
		*claim_out = CLAIM_UNCERTAIN;
	query_reset(q);
	return 0;
}

static int count_recent(struct state *s, const struct answer *a, int64_t *n_out,
			struct error *err)
{
	struct query *q = query(s, "SELECT count(*) FROM vacation"
				   " WHERE at >= ? AND message <> ?");

	query_bind_int(q, 1, a->now - DAY);
	query_bind_int(q, 2, a->message);
	return query_one_int(q, n_out, err);
}

static int write_claim(struct state *s, const struct answer *a,
		       struct error *err)
{
	struct query *q =
		query(s, "INSERT INTO vacation (key, rule, sender, at,"
			 " message, sending) VALUES (?, ?, ?, ?, ?, 1)"
			 " ON CONFLICT (key) DO UPDATE SET"
			 " rule = excluded.rule, at = excluded.at,"
			 " message = excluded.message, sending = 1");

	query_bind_digest(q, 1, a->key);
	query_bind_text(q, 2, a->rule);
	query_bind_text(q, 3, a->sender);
	query_bind_int(q, 4, a->now);
	query_bind_int(q, 5, a->message);
	return query_run(q, err);
}

static int claim(struct state *s, const struct answer *a, enum claim *claim_out,
		 struct error *err)
{
	int64_t recent = 0;

	if (read_claim(s, a, claim_out, err) == -1 ||
	    count_recent(s, a, &recent, err) == -1)
		return -1;
	if (*claim_out == CLAIM_GRANTED && recent >= ANSWERS_A_DAY)
		*claim_out = CLAIM_TOO_MANY;
	return *claim_out == CLAIM_GRANTED ? write_claim(s, a, err) : 0;
}

int state_claim_answer(struct state *s, const struct answer *answer,
		       enum claim *claim_out, struct error *err)
{
	if (state_begin(s, err) == -1)
		return -1;
	return state_end(s, claim(s, answer, claim_out, err), err);
}

int state_release_answer(struct state *s, const struct answer *answer,
			 bool again, struct error *err)
{
	struct query *q = again ? query(s, "UPDATE vacation SET sending = 0"
					   " WHERE key = ? AND message = ?")
				: query(s, "DELETE FROM vacation"
					   " WHERE key = ? AND message = ?");

	query_bind_digest(q, 1, answer->key);
	query_bind_int(q, 2, answer->message);
	return query_run(q, err);
}
