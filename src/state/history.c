/* SPDX-License-Identifier: ISC */
#include "state/history.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "state/columns.h"
#include "state/db.h"
#include "state/delivery.h"
#include "state/seal.h"
#include "state/vacation.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* How long `why` remembers what was done. */
#define HISTORY_SECONDS (90LL * 24 * 3600)

/* Duplicates of older messages do not matter: two years. */
#define DUPLICATE_SECONDS (2LL * 366 * 24 * 3600)

#define PAST_COLUMNS                                                           \
	"SELECT msg.id, msg.first_seen, coalesce(account.name, ''),"           \
	" msg.summary, msg.message_id, coalesce(msg.origin, ''),"              \
	" msg.spool IS NOT NULL, CASE WHEN msg.state = " SQL_SPOOLED           \
	" THEN msg.hold_until ELSE 0 END,"                                     \
	" msg.state <> " SQL_SPOOLED ", msg.size, msg.sha256, msg.seal,"       \
	" coalesce(msg.folder, '')"                                            \
	" FROM msg"                                                            \
	" LEFT JOIN account ON account.id = msg.account"

void past_release(struct past *p)
{
	free(p->account);
	free(p->folder);
	free(p->summary);
	free(p->message_id);
	free(p->origin);
	memset(p, 0, sizeof(*p));
}

int state_get_uidl(struct state *s, int64_t message, struct buf *out,
		   struct error *err)
{
	struct query *q = query(s, "SELECT uidl FROM msg WHERE id = ?"
				   " AND length(uidl) > 0");
	int rc;

	query_bind_int(q, 1, message);
	rc = query_step(q, err);
	if (rc == 1)
		buf_addslice(out, query_blob(q, 0));
	query_reset(q);
	return rc;
}

int state_has_filed(struct state *s, const char *maildir, bool *filed_out,
		    struct error *err)
{
	struct query *q =
		query(s, "SELECT 1 FROM delivery"
			 " WHERE done IS NOT NULL AND base IS NOT NULL"
			 " AND (EXISTS (SELECT 1 FROM maildir WHERE path = ?)"
			 " OR NOT EXISTS (SELECT 1 FROM maildir)) LIMIT 1");
	int rc;

	query_bind_text(q, 1, maildir);
	rc = query_exists(q, err);
	*filed_out = rc == 1;
	return rc == -1 ? -1 : 0;
}

int state_add_maildir(struct state *s, const char *maildir, struct error *err)
{
	struct query *q = query(s, "INSERT INTO maildir (path) VALUES (?)"
				   " ON CONFLICT DO NOTHING");

	query_bind_text(q, 1, maildir);
	return query_run(q, err);
}

int state_find_base(struct state *s, const char *base, int64_t *message_out,
		    char origin[ORIGIN_MAX], struct error *err)
{
	struct query *q = query(s, "SELECT message, coalesce(origin, '')"
				   " FROM delivery JOIN msg ON msg.id = message"
				   " WHERE base = ? LIMIT 1");
	int rc;

	query_bind_text(q, 1, base);
	rc = query_step(q, err);
	if (rc == 1) {
		*message_out = query_int(q, 0);
		(void)snprintf(origin, ORIGIN_MAX, "%s", query_text(q, 1));
	}
	query_reset(q);
	return rc;
}

/* Is the origin, if there is one, that of mail that the sorter has filed? */
static bool has_forged_origin(struct state *s, struct query *q)
{
	const struct sealed_origin origin = {query_int(q, 0), query_int(q, 9),
					     query_blob(q, 10),
					     query_text(q, 5)};
	struct slice seal = query_blob(q, 11);

	return origin.path[0] != '\0' &&
	       !seal_fits_origin(s, SEAL_FILED, &origin, seal) &&
	       !seal_fits_origin(s, SEAL_ORIGIN, &origin, seal);
}

/* Step, read one row, and reset. */
static int get_past(struct state *s, struct query *q, struct past *out,
		    struct error *err)
{
	int rc = query_step(q, err);

	if (rc == 1) {
		memset(out, 0, sizeof(*out));
		out->id = query_int(q, 0);
		out->first_seen = query_int(q, 1);
		out->account = xstrdup(query_text(q, 2));
		out->summary = xstrdup(query_text(q, 3));
		out->message_id = xstrdup(query_text(q, 4));
		out->origin = xstrdup(query_text(q, 5));
		out->waiting = query_int(q, 6) != 0;
		out->held_until = query_int(q, 7);
		out->decided = query_int(q, 8) != 0;
		out->forged = has_forged_origin(s, q);
		out->folder = xstrdup(query_text(q, 12));
	}
	query_reset(q);
	return rc;
}

int state_past(struct state *s, int64_t before, struct past *out,
	       struct error *err)
{
	struct query *q = query(s, PAST_COLUMNS
				" WHERE msg.summary IS NOT NULL AND msg.id < ?"
				" ORDER BY msg.id DESC LIMIT 1");

	query_bind_int(q, 1, before);
	return get_past(s, q, out, err);
}

int state_past_of_run(struct state *s, int64_t run, int64_t before,
		      struct past *out, struct error *err)
{
	struct query *q =
		query(s, PAST_COLUMNS " WHERE msg.run = ? AND msg.id < ?"
				      " ORDER BY msg.id DESC LIMIT 1");

	query_bind_int(q, 1, run);
	query_bind_int(q, 2, before);
	return get_past(s, q, out, err);
}

int state_last_run(struct state *s, int64_t *run_out, struct error *err)
{
	return query_one_int(query(s, "SELECT max(run) FROM msg WHERE run > 0"),
			     run_out, err);
}

int state_forget_run(struct state *s, int64_t run, struct error *err)
{
	struct query *q = query(s, "UPDATE msg SET run = NULL WHERE run = ?");

	query_bind_int(q, 1, run);
	return query_run(q, err);
}

void past_step_release(struct past_step *p)
{
	delivery_release(&p->step);
	free(p->trouble);
	memset(p, 0, sizeof(*p));
}

/* The times, which are not part of struct delivery. */
static int get_times(struct state *s, struct past_step *out, struct error *err)
{
	struct query *q =
		query(s, "SELECT coalesce(done, 0), next, trouble FROM"
			 " delivery WHERE message = ? AND n = ?");
	int rc;

	query_bind_int(q, 1, out->step.message);
	query_bind_int(q, 2, out->step.n);
	rc = query_step(q, err);
	if (rc == 1) {
		out->done = query_int(q, 0);
		out->next = query_int(q, 1);
		out->trouble = query_copy(q, 2);
	}
	query_reset(q);
	return rc;
}

int state_past_step(struct state *s, int64_t message, int n,
		    struct past_step *out, struct error *err)
{
	/* A damaged row can have any n; the caller adds one to it. */
	struct query *q = query(s, DELIVERY_COLUMNS
				" WHERE delivery.message = ? AND delivery.n"
				" >= ? AND delivery.n < 2147483647"
				" ORDER BY delivery.n LIMIT 1");
	int rc;

	memset(out, 0, sizeof(*out));
	query_bind_int(q, 1, message);
	query_bind_int(q, 2, n);
	rc = query_step(q, err);
	if (rc == 1)
		state_get_delivery(s, q, &out->step);
	query_reset(q);
	if (rc == 1)
		rc = get_times(s, out, err);
	/* A damaged index does not find it again. */
	if (rc != 1)
		past_step_release(out);
	return rc;
}

int state_set_undone(struct state *s, int64_t message, int n,
		     const char *folder, struct error *err)
{
	struct query *q = query(s, DELIVERY_COLUMNS " WHERE delivery.message"
						    " = ? AND delivery.n = ?");
	struct query *write =
		query(s, "UPDATE delivery SET undone = 1, folder = ?, seal = ?"
			 " WHERE message = ? AND n = ?");
	struct sealed_step step;
	int rc;

	query_bind_int(q, 1, message);
	query_bind_int(q, 2, n);
	rc = query_step(q, err);
	if (rc == 1) {
		step = delivery_values(q);
		if (folder != NULL)
			step.folder = folder;
		query_bind_text(write, 1, step.folder);
		seal_bind_step(s, write, 2, SEAL_DONE, &step);
		query_bind_int(write, 3, message);
		query_bind_int(write, 4, n);
		rc = query_run(write, err);
	}
	query_reset(q);
	if (rc == -1)
		return -1;
	q = query(s, "UPDATE msg SET run = NULL WHERE id = ?");
	query_bind_int(q, 1, message);
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
				   " WHERE id = message AND state < " SQL_DONE
				   ")"),
			  now - HISTORY_SECONDS, err) == -1 ||
	    /* Delete the steps of a message with it: ids are used again. */
	    delete_before(
		    query(s, "DELETE FROM delivery WHERE message IN (SELECT id"
			     " FROM msg WHERE account = 0 AND state = " SQL_DONE
			     " AND gone_since < ?)"),
		    now - HISTORY_SECONDS, err) == -1 ||
	    delete_before(
		    query(s,
			  "DELETE FROM msg WHERE account = 0 AND state = " SQL_DONE
			  " AND gone_since < ?"),
		    now - HISTORY_SECONDS, err) == -1 ||
	    delete_before(query(s, "DELETE FROM run WHERE began < ?"),
			  now - HISTORY_SECONDS, err) == -1)
		return -1;
	if (delete_before(query(s, "DELETE FROM vacation WHERE at < ?"),
			  now - ANSWERED_SECONDS, err) == -1)
		return -1;
	return delete_before(query(s, "DELETE FROM duplicate WHERE at < ?"),
			     now - DUPLICATE_SECONDS, err);
}
