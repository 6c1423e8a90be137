/* SPDX-License-Identifier: ISC */
/* Rows of commands that wait, of duplicates, and of what was done. */
#include <stdio.h>

#include "state/db.h"

#include "util/banned.h"

/* What was done is remembered for so long; see `why`. */
#define HISTORY_SECONDS (90LL * 24 * 3600)

/* Nobody asks for a duplicate of a letter that is older. */
#define DUPLICATE_SECONDS (2LL * 366 * 24 * 3600)

int state_due(struct state *s, int64_t now, const struct delivery *after,
	      struct delivery *out, size_t max, size_t *n_out,
	      struct error *err)
{
	struct query *q =
		query(s, DELIVERY_COLUMNS
		      " WHERE delivery.done IS NULL AND delivery.kind >= 4"
		      " AND msg.spool IS NOT NULL AND delivery.next <= ?1"
		      " AND (delivery.message > ?2"
		      " OR (delivery.message = ?2 AND delivery.n > ?3))"
		      " ORDER BY delivery.message, delivery.n LIMIT ?4");
	int rc;

	*n_out = 0;
	query_bind_int(q, 1, now);
	query_bind_int(q, 2, after->message);
	query_bind_int(q, 3, after->n);
	query_bind_int(q, 4, (int64_t)max);
	while ((rc = query_step(q, err)) == 1)
		state_get_delivery(q, &out[(*n_out)++]);
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

int state_is_filed(struct state *s, int64_t message, bool *filed_out,
		   int *next_n_out, struct error *err)
{
	struct query *q =
		query(s, "SELECT coalesce(max(kind = 1), 0), max(n) + 1"
			 " FROM delivery WHERE message = ?");
	int rc;

	query_bind_int(q, 1, message);
	rc = query_step(q, err);
	if (rc == 1) {
		*filed_out = query_int(q, 0) != 0;
		*next_n_out = (int)query_int(q, 1);
	}
	query_reset(q);
	return rc == -1 ? -1 : 0;
}

int state_has_duplicate(struct state *s, const unsigned char key[HASH_SIZE],
			int64_t since, int64_t message, struct error *err)
{
	struct query *q = query(s, "SELECT 1 FROM duplicate WHERE key = ?"
				   " AND at >= ? AND message <> ?");

	query_bind_digest(q, 1, key);
	query_bind_int(q, 2, since);
	query_bind_int(q, 3, message);
	return query_exists(q, err);
}

int state_add_duplicate(struct state *s, const unsigned char key[HASH_SIZE],
			int64_t message, int64_t now, struct error *err)
{
	struct query *q = query(s, "INSERT INTO duplicate (key, at, message)"
				   " VALUES (?, ?, ?) ON CONFLICT (key)"
				   " DO UPDATE SET at = excluded.at");

	query_bind_digest(q, 1, key);
	query_bind_int(q, 2, now);
	query_bind_int(q, 3, message);
	return query_run(q, err);
}

int state_new_run(struct state *s, int64_t now, int64_t *run_out,
		  struct error *err)
{
	struct query *q = query(s, "INSERT INTO run (began) VALUES (?)");

	query_bind_int(q, 1, now);
	if (query_run(q, err) == -1)
		return -1;
	*run_out = state_last_id(s);
	return 0;
}

static int delete_before(struct query *q, int64_t when, struct error *err)
{
	query_bind_int(q, 1, when);
	return query_run(q, err);
}

int state_forget_history(struct state *s, int64_t now, struct error *err)
{
	if (delete_before(query(s, "DELETE FROM delivery WHERE done < ? AND"
				   " NOT EXISTS (SELECT 1 FROM msg"
				   " WHERE id = message AND state < 3)"),
			  now - HISTORY_SECONDS, err) == -1 ||
	    /* The rows of a message go with it: numbers are used again. */
	    delete_before(
		    query(s, "DELETE FROM delivery WHERE message IN (SELECT id"
			     " FROM msg WHERE account = 0 AND state = 3"
			     " AND gone_since < ?)"),
		    now - HISTORY_SECONDS, err) == -1 ||
	    delete_before(
		    query(s, "DELETE FROM msg WHERE account = 0 AND state = 3"
			     " AND gone_since < ?"),
		    now - HISTORY_SECONDS, err) == -1 ||
	    delete_before(query(s, "DELETE FROM run WHERE began < ?"),
			  now - HISTORY_SECONDS, err) == -1)
		return -1;
	return delete_before(query(s, "DELETE FROM duplicate WHERE at < ?"),
			     now - DUPLICATE_SECONDS, err);
}

int state_set_stays(struct state *s, int64_t message, struct error *err)
{
	struct query *q = query(s, "UPDATE msg SET moved = 0 WHERE id = ?");

	query_bind_int(q, 1, message);
	return query_run(q, err);
}

int state_next_moved(struct state *s, int64_t after, int64_t *message_out,
		     char origin[ORIGIN_MAX], struct error *err)
{
	struct query *q = query(s, "SELECT id, origin FROM msg WHERE moved = 1"
				   " AND origin IS NOT NULL AND state = 3"
				   " AND id > ? ORDER BY id LIMIT 1");
	int rc;

	query_bind_int(q, 1, after);
	rc = query_step(q, err);
	if (rc == 1) {
		*message_out = query_int(q, 0);
		(void)snprintf(origin, ORIGIN_MAX, "%s", query_text(q, 1));
	}
	query_reset(q);
	return rc;
}

int state_has_origin(struct state *s, const char *origin, struct error *err)
{
	/* ';' is what follows ':' in ASCII. */
	struct query *q = query(s, "SELECT 1 FROM msg WHERE moved = 1 AND"
				   " (origin = ?1 OR (origin >= ?1 || ':'"
				   " AND origin < ?1 || ';'))");

	query_bind_text(q, 1, origin);
	return query_exists(q, err);
}
