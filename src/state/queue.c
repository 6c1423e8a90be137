/* SPDX-License-Identifier: ISC */
#include "state/queue.h"

#include <stdio.h>
#include <string.h>

#include "mail/flags.h"
#include "state/columns.h"
#include "state/db.h"
#include "state/found.h"
#include "state/seal.h"
#include "state/watermark.h"

#include "util/banned.h"

static void copy_text(char *out, size_t size, const char *text)
{
	(void)snprintf(out, size, "%s", text);
}

/* The path in a row that has the seal for it; else "". */
static const char *sealed_origin(struct state *s, struct query *q)
{
	const struct sealed_origin origin = {query_int(q, 0), query_int(q, 3),
					     query_blob(q, 5),
					     query_text(q, 7)};
	struct slice seal = query_blob(q, 11);

	return seal_fits_origin(s, SEAL_ORIGIN, &origin, seal) ||
			       seal_fits_origin(s, SEAL_FILED, &origin, seal)
		       ? origin.path
		       : "";
}

/* The flags of a server that the Maildir gets. */
#define KEPT_FLAGS (FLAG_DRAFT | FLAG_FLAGGED | FLAG_ANSWERED | FLAG_SEEN)

/* The folder is a key, as imap/name.h has it; people wrote it without "//". */
static void cut_mark(char *folder)
{
	size_t len = strlen(folder);

	if (len > 2 && strcmp(folder + len - 2, "//") == 0)
		folder[len - 2] = '\0';
}

static void get_queued(struct state *s, struct query *q, struct queued *out)
{
	struct slice sha256 = query_blob(q, 5);

	memset(out, 0, sizeof(*out));
	out->id = query_int(q, 0);
	copy_text(out->spool, sizeof(out->spool), query_text(q, 1));
	copy_text(out->account, sizeof(out->account), query_text(q, 2));
	out->size = (uint64_t)query_int(q, 3);
	if (query_is_null(q, 4))
		state_make_anonymous_key(out->id, out->key);
	else
		state_make_key(out->account, query_blob(q, 4), out->key);
	if (sha256.len == HASH_SIZE)
		memcpy(out->sha256, sha256.p, HASH_SIZE);
	out->first_seen = query_int(q, 6);
	if (!query_is_null(q, 7))
		copy_text(out->origin, sizeof(out->origin),
			  sealed_origin(s, q));
	out->tries = (int)query_int(q, 8);
	out->crashes = (int)query_int(q, 9);
	out->repeated = query_int(q, 10) != 0;
	copy_text(out->folder, sizeof(out->folder), query_text(q, 12));
	cut_mark(out->folder);
	out->arrived = query_int(q, 13);
	out->flags = (unsigned)query_int(q, 14) & KEPT_FLAGS;
}

#define QUEUED_COLUMNS                                                         \
	"SELECT msg.id, msg.spool, coalesce(account.name, ''),"                \
	" msg.size, msg.uidl, msg.sha256, msg.first_seen, msg.origin,"         \
	" msg.tries, msg.crashes, msg.repeated, msg.seal, msg.folder,"         \
	" msg.arrived, msg.server_flags FROM msg"                              \
	" LEFT JOIN account ON account.id = msg.account"

int state_queue(struct state *s, int64_t after, int64_t now, struct queued *out,
		size_t max, size_t *n_out, struct error *err)
{
	struct query *q = query(s, QUEUED_COLUMNS
				" WHERE msg.state = " SQL_SPOOLED
				" AND msg.spool IS NOT NULL"
				" AND msg.id > ? AND msg.hold_until <= ?"
				" ORDER BY msg.id LIMIT ?");
	int rc;

	*n_out = 0;
	query_bind_int(q, 1, after);
	query_bind_int(q, 2, now);
	query_bind_int(q, 3, (int64_t)max);
	while ((rc = query_step(q, err)) == 1)
		get_queued(s, q, &out[(*n_out)++]);
	query_reset(q);
	return rc;
}

int state_get_queued(struct state *s, int64_t message, struct queued *out,
		     struct error *err)
{
	struct query *q = query(s, QUEUED_COLUMNS " WHERE msg.id = ?");
	int rc;

	query_bind_int(q, 1, message);
	rc = query_step(q, err);
	if (rc == 1)
		get_queued(s, q, out);
	query_reset(q);
	return rc;
}

int state_set_hold(struct state *s, int64_t message, int64_t until, int tries,
		   const struct history *history, struct error *err)
{
	struct query *q = query(s, "UPDATE msg SET hold_until = ?, tries = ?,"
				   " summary = ?, message_id = ? WHERE id = ?");

	query_bind_int(q, 1, until);
	query_bind_int(q, 2, tries);
	query_bind_text(q, 3, history->summary);
	query_bind_text(q, 4, history->id);
	query_bind_int(q, 5, message);
	return query_run(q, err);
}

int state_add_crash(struct state *s, int64_t message, int n, struct error *err)
{
	struct query *q =
		n < 0 ? query(s, "UPDATE msg SET crashes = crashes + 1"
				 " WHERE id = ?1 AND state = " SQL_SPOOLED)
		      : query(s, "UPDATE delivery SET crashes = crashes + 1"
				 " WHERE message = ?1 AND n = ?2"
				 " AND done IS NULL");

	query_bind_int(q, 1, message);
	if (n >= 0)
		query_bind_int(q, 2, n);
	return query_run(q, err);
}

int state_queue_length(struct state *s, int64_t *n_out, struct error *err)
{
	return query_one_int(
		query(s, "SELECT count(*) FROM msg WHERE spool IS NOT NULL"),
		n_out, err);
}

int state_newest(struct state *s, int64_t *id_out, struct error *err)
{
	return query_one_int(query(s, "SELECT max(id) FROM msg"), id_out, err);
}

int state_has_work(struct state *s, bool *work_out, struct error *err)
{
	struct query *q =
		query(s, "SELECT EXISTS (SELECT 1 FROM msg WHERE spool"
			 " IS NOT NULL) OR EXISTS (SELECT 1 FROM msg"
			 " WHERE moved = 1)");
	int64_t work;

	if (query_one_int(q, &work, err) == -1)
		return -1;
	*work_out = work != 0;
	return 0;
}

int state_has_failing(struct state *s, struct error *err)
{
	struct query *q = query(
		s,
		"SELECT 1 FROM msg WHERE spool IS NOT NULL"
		" AND (state = " SQL_SPOOLED
		" AND tries > 0 OR state = " SQL_PLANNED " AND"
		" EXISTS (SELECT 1 FROM delivery WHERE message"
		" = msg.id AND done IS NULL AND kind < " SQL_FIRST_COMMAND "))"
		" LIMIT 1");

	return query_exists(q, err);
}

/*
 * The earliest of: mail to be decided, commands to be tried again, steps to be
 * done (0), old files to be removed (0).
 */
int state_next_work(struct state *s, int64_t now, int64_t *wait_out,
		    struct error *err)
{
	struct query *q = query(
		s,
		"SELECT min(at) FROM (SELECT min(hold_until) AS at FROM msg"
		" WHERE state = " SQL_SPOOLED " AND spool IS NOT NULL"
		" UNION ALL SELECT min(delivery.next) FROM delivery"
		"  JOIN msg ON msg.id = delivery.message"
		"  WHERE delivery.done IS NULL AND delivery.kind >= " SQL_FIRST_COMMAND
		"  AND msg.spool IS NOT NULL"
		" UNION ALL SELECT min(0) FROM msg WHERE state = " SQL_PLANNED
		"  AND spool IS NOT NULL AND EXISTS (SELECT 1 FROM delivery"
		"  WHERE message = msg.id AND done IS NULL AND kind < " SQL_FIRST_COMMAND
		")"
		" UNION ALL SELECT min(0) FROM msg WHERE moved = 1) AS due");
	int rc;

	rc = query_step(q, err);
	if (rc == 1 && query_is_null(q, 0))
		rc = 0;
	if (rc == 1) {
		int64_t at = query_int(q, 0);

		*wait_out = at > now ? at - now : 0;
	}
	query_reset(q);
	return rc;
}

static int run_for(struct query *q, int64_t message, struct error *err)
{
	query_bind_int(q, 1, message);
	return query_run(q, err);
}

/* Can the message come again, from its server or from where it lies on disk? */
static int comes_again(struct state *s, int64_t message, struct error *err)
{
	struct query *q = query(s, "SELECT (account <> 0 AND uidl IS NOT NULL"
				   " AND gone = 0) OR (origin IS NOT NULL"
				   " AND moved = 1) FROM msg WHERE id = ?");
	int rc;

	query_bind_int(q, 1, message);
	rc = query_step(q, err);
	if (rc == 0)
		rc = 1; /* forgotten already */
	else if (rc == 1)
		rc = query_int(q, 0) != 0;
	query_reset(q);
	return rc;
}

/* Nothing may be left for a later message that gets the same id. */
int state_drop_message(struct state *s, int64_t message, struct error *err)
{
	if (run_for(query(s, "DELETE FROM delivery WHERE message = ?"), message,
		    err) == -1 ||
	    run_for(query(s, "DELETE FROM duplicate WHERE message = ?"),
		    message, err) == -1)
		return -1;
	return run_for(query(s, "DELETE FROM msg WHERE id = ?"), message, err);
}

int state_forget_message(struct state *s, int64_t message, struct error *err)
{
	int rc = comes_again(s, message, err);

	if (rc != 1)
		return rc;
	if (state_want_again(s, message, err) == -1)
		return -1;
	return state_drop_message(s, message, err) == -1 ? -1 : 1;
}

int state_set_stays(struct state *s, int64_t message, struct error *err)
{
	struct query *q = query(s, "UPDATE msg SET moved = 0 WHERE id = ?");

	query_bind_int(q, 1, message);
	return query_run(q, err);
}

int state_next_moved(struct state *s, int64_t after, int64_t *message_out,
		     char origin[ORIGIN_MAX], bool *forged_out,
		     struct error *err)
{
	struct query *q = query(
		s, "SELECT id, size, sha256, origin, seal FROM msg"
		   " WHERE moved = 1 AND origin IS NOT NULL"
		   " AND state = " SQL_DONE " AND id > ? ORDER BY id LIMIT 1");
	struct sealed_origin row;
	int rc;

	query_bind_int(q, 1, after);
	rc = query_step(q, err);
	if (rc == 1) {
		row = (struct sealed_origin){query_int(q, 0), query_int(q, 1),
					     query_blob(q, 2),
					     query_text(q, 3)};
		*message_out = row.message;
		*forged_out = !seal_fits_origin(s, SEAL_FILED, &row,
						query_blob(q, 4));
		(void)snprintf(origin, ORIGIN_MAX, "%s", row.path);
	}
	query_reset(q);
	return rc;
}

int state_has_origin(struct state *s, const char *origin, struct error *err)
{
	/*
	 * Names with flags are between a separator and its successor in ASCII;
	 * '-' is that of the comma.
	 */
	struct query *q = query(s, "SELECT 1 FROM msg WHERE moved = 1 AND"
				   " (origin = ?1 OR (origin >= ?1 || ':'"
				   " AND origin < ?1 || ';')"
				   " OR (origin >= ?1 || ';2,'"
				   " AND origin < ?1 || ';2-')"
				   " OR (origin >= ?1 || '!2,'"
				   " AND origin < ?1 || '!2-'))");

	query_bind_text(q, 1, origin);
	return query_exists(q, err);
}
