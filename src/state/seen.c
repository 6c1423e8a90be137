/* SPDX-License-Identifier: ISC */
#include "state/seen.h"

#include <string.h>

#include "state/columns.h"
#include "state/db.h"
#include "util/xalloc.h"

#include "util/banned.h"

/*
 * How long a message must be missing to be forgotten; see GONE_ENOUGH, too. An
 * empty listing of a broken server must not make all mail new again.
 */
#define FORGET_SECONDS (90LL * 24 * 3600)

#define SEEN_COLUMNS                                                           \
	"id, uidl, listed_size, session, first_seen, sha256, identity, body"

/* Read SEEN_COLUMNS; the walk has no digests. */
static void get_seen(struct query *q, bool digests, struct seen *out)
{
	memset(out, 0, sizeof(*out));
	out->id = query_int(q, 0);
	out->uidl = query_blob(q, 1);
	out->size = (uint64_t)query_int(q, 2);
	out->session = query_int(q, 3);
	out->first_seen = query_int(q, 4);
	if (!digests)
		return;
	query_digest(q, 5, out->sha256);
	query_digest(q, 6, out->identity);
	query_digest(q, 7, out->body);
}

/* The index msg_live alone answers this, in its order. */
static struct query *live_query(struct state *s)
{
	return query(s, "SELECT id, uidl, listed_size, session, first_seen"
			" FROM msg WHERE account = ? AND account <> 0"
			" AND gone = 0 AND uidl >= ? AND uidl < ?"
			" ORDER BY uidl, listed_size");
}

/* SQLite copies the bound. No UIDL has more than STATE_UIDL_MAX bytes. */
void state_live_begin(struct state *s, int64_t account, struct slice prefix)
{
	struct query *q = live_query(s);
	unsigned char end[STATE_UIDL_MAX + 1];
	size_t len = prefix.len;

	memset(end, 0xff, sizeof(end));
	if (len > 0)
		memcpy(end, prefix.p, len);
	if (len > 0 && end[len - 1] != 0xff)
		end[len - 1]++;
	else
		len = sizeof(end);
	query_bind_int(q, 1, account);
	query_bind_blob(q, 2, prefix.len == 0 ? SLICE_EMPTY : prefix);
	query_bind_blob(q, 3, slice_of((char *)end, len));
}

int state_live_next(struct state *s, struct seen *out, struct error *err)
{
	struct query *q = live_query(s);
	int rc = query_step(q, err);

	if (rc == 1)
		get_seen(q, false, out);
	return rc;
}

void state_live_end(struct state *s)
{
	query_reset(live_query(s));
}

static int get_one(struct query *q, struct seen *out, struct error *err)
{
	int rc = query_step(q, err);

	if (rc == 1)
		get_seen(q, true, out);
	out->uidl = SLICE_EMPTY; /* not valid after the reset */
	query_reset(q);
	return rc;
}

int state_find_gone(struct state *s, int64_t account, struct slice uidl,
		    uint64_t size, struct seen *out, struct error *err)
{
	struct query *q = query(s, "SELECT " SEEN_COLUMNS " FROM msg"
				   " WHERE account = ? AND uidl = ?"
				   " AND (listed_size = ? OR listed_size = -1)"
				   " AND gone > 0");

	query_bind_int(q, 1, account);
	query_bind_blob(q, 2, uidl);
	query_bind_int(q, 3, (int64_t)size);
	return get_one(q, out, err);
}

int state_get_seen(struct state *s, int64_t id, struct seen *out,
		   struct error *err)
{
	struct query *q =
		query(s, "SELECT " SEEN_COLUMNS " FROM msg WHERE id = ?");

	query_bind_int(q, 1, id);
	return get_one(q, out, err);
}

/* The index msg_leaving answers this. */
int state_list_leaving(struct state *s, int64_t account, int64_t **ids_out,
		       size_t *n_out, struct error *err)
{
	struct query *q = query(s, "SELECT id FROM msg WHERE account = ?"
				   " AND gone > 0 AND gone < " SQL_GONE_ENOUGH
				   " AND uidl IS NOT NULL");
	int rc;

	*ids_out = NULL;
	*n_out = 0;
	query_bind_int(q, 1, account);
	while ((rc = query_step(q, err)) == 1) {
		xgrow(ids_out, *n_out, sizeof(**ids_out));
		(*ids_out)[(*n_out)++] = query_int(q, 0);
	}
	query_reset(q);
	return rc;
}

int state_set_gone(struct state *s, int64_t id, int64_t now, struct error *err)
{
	struct query *q = query(s, "UPDATE msg SET gone = 1, gone_since = ?"
				   " WHERE id = ? AND gone = 0");

	query_bind_int(q, 1, now);
	query_bind_int(q, 2, id);
	return query_run(q, err);
}

int state_set_deleted(struct state *s, int64_t account, struct slice uidl,
		      uint64_t size, int64_t now, struct error *err)
{
	struct query *q = query(s, "UPDATE msg SET gone = 1, gone_since = ?"
				   " WHERE account = ? AND account <> 0"
				   " AND uidl = ? AND listed_size = ?"
				   " AND gone = 0");

	query_bind_int(q, 1, now);
	query_bind_int(q, 2, account);
	query_bind_blob(q, 3, uidl);
	query_bind_int(q, 4, (int64_t)size);
	return query_run(q, err);
}

int state_set_present(struct state *s, int64_t id, struct error *err)
{
	struct query *q = query(s, "UPDATE msg SET gone = 0, gone_since = NULL"
				   " WHERE id = ?");

	query_bind_int(q, 1, id);
	return query_run(q, err);
}

int state_set_back(struct state *s, int64_t id, int64_t now, struct error *err)
{
	struct query *q = query(s, "UPDATE msg SET gone = 1, gone_since = ?"
				   " WHERE id = ? AND gone > 0");

	query_bind_int(q, 1, now);
	query_bind_int(q, 2, id);
	return query_run(q, err);
}

int state_set_size(struct state *s, int64_t id, uint64_t size,
		   struct error *err)
{
	struct query *q =
		query(s, "UPDATE msg SET listed_size = ? WHERE id = ?");

	query_bind_int(q, 1, (int64_t)size);
	query_bind_int(q, 2, id);
	return query_run(q, err);
}

int state_set_uidl(struct state *s, int64_t id, struct slice uidl,
		   int64_t session, struct error *err)
{
	struct query *q =
		query(s, "UPDATE OR IGNORE msg SET uidl = ?,"
			 " session = CASE WHEN session < 0 THEN session"
			 " ELSE ? END WHERE id = ?");

	query_bind_blob(q, 1, uidl);
	query_bind_int(q, 2, session);
	query_bind_int(q, 3, id);
	return query_run(q, err);
}

static int run_before(struct query *q, int64_t account, int64_t when,
		      struct error *err)
{
	query_bind_int(q, 1, account);
	query_bind_int(q, 2, when);
	return query_run(q, err);
}

static int age_leaving(struct state *s, int64_t account, struct error *err)
{
	struct query *q = query(s, "SELECT 1 FROM msg WHERE account = ?"
				   " AND gone > 0 AND gone < " SQL_GONE_ENOUGH
				   " LIMIT 1");
	int rc;

	query_bind_int(q, 1, account);
	rc = query_exists(q, err);
	if (rc <= 0)
		return rc;
	q = query(s, "UPDATE msg SET gone = gone + 1 WHERE account = ?"
		     " AND gone > 0 AND gone < " SQL_GONE_ENOUGH);
	query_bind_int(q, 1, account);
	return query_run(q, err);
}

int state_age_gone(struct state *s, int64_t account, int64_t now,
		   struct error *err)
{
	return age_leaving(s, account, err) == -1
		       ? -1
		       : state_forget_gone(s, account, now, err);
}

int state_forget_gone(struct state *s, int64_t account, int64_t now,
		      struct error *err)
{
	struct query *q;
	int rc;

	q = query(
		s,
		"SELECT 1 FROM msg WHERE account = ? AND gone = " SQL_GONE_ENOUGH
		" AND gone_since < ? AND spool IS NULL LIMIT 1");
	query_bind_int(q, 1, account);
	query_bind_int(q, 2, now - FORGET_SECONDS);
	rc = query_exists(q, err);
	if (rc <= 0)
		return rc;
	/* Delete the steps of a message with it: ids are used again. */
	if (run_before(
		    query(s,
			  "DELETE FROM delivery WHERE message IN (SELECT id"
			  " FROM msg WHERE account = ? AND gone = " SQL_GONE_ENOUGH
			  " AND gone_since < ? AND spool IS NULL)"),
		    account, now - FORGET_SECONDS, err) == -1)
		return -1;
	return run_before(
		query(s,
		      "DELETE FROM msg WHERE account = ? AND gone = " SQL_GONE_ENOUGH
		      " AND gone_since < ? AND spool IS NULL"),
		account, now - FORGET_SECONDS, err);
}
