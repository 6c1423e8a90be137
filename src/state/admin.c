/* SPDX-License-Identifier: ISC */
#include "state/admin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "state/columns.h"
#include "state/db.h"
#include "state/watermark.h"
#include "util/escape.h"
#include "util/xalloc.h"

#include "util/banned.h"

void state_summary_release(struct state_summary *summary)
{
	free(summary->name);
	free(summary->trouble);
	memset(summary, 0, sizeof(*summary));
}

int state_next_summary(struct state *s, int64_t after,
		       struct state_summary *out, struct error *err)
{
	struct query *q = query(
		s,
		"SELECT a.id, a.name,"
		" (SELECT count(*) FROM msg WHERE account = a.id"
		"  AND account <> 0 AND gone = 0),"
		" (SELECT count(*) FROM msg WHERE account = a.id AND gone > 0"
		"  AND uidl IS NOT NULL),"
		" (SELECT count(*) FROM msg WHERE account = a.id"
		"  AND spool IS NOT NULL), a.last_success, a.trouble FROM"
		" (SELECT 0 AS id, '' AS name, 0 AS last_success, NULL AS"
		"  trouble UNION ALL SELECT id, name, last_success, trouble"
		"  FROM account) AS a WHERE a.id > ? ORDER BY a.id LIMIT 1");
	int rc;

	memset(out, 0, sizeof(*out));
	query_bind_int(q, 1, after);
	rc = query_step(q, err);
	if (rc == 1) {
		out->id = query_int(q, 0);
		out->name = xstrdup(query_text(q, 1));
		out->known = query_int(q, 2);
		out->gone = query_int(q, 3);
		out->waiting = query_int(q, 4);
		out->last_success = query_int(q, 5);
		out->trouble = query_copy(q, 6);
	}
	query_reset(q);
	return rc;
}

int state_get_queue_summary(struct state *s, int64_t now,
			    struct state_queue_summary *out, struct error *err)
{
	struct query *q = query(
		s, "SELECT count(*), count(CASE WHEN state = " SQL_SPOOLED
		   " AND hold_until > ? AND tries = 0 THEN 1 END),"
		   " count(CASE WHEN tries > 0 OR crashes > 0 OR EXISTS"
		   " (SELECT 1 FROM delivery WHERE message = msg.id AND done IS"
		   " NULL AND trouble IS NOT NULL) THEN 1 END),"
		   " (SELECT count(*) FROM delivery WHERE done IS NULL"
		   " AND kind >= " SQL_FIRST_COMMAND "),"
		   " (SELECT count(*) FROM delivery WHERE quarantined = 1 AND"
		   " done > ?) FROM msg WHERE spool IS NOT NULL");
	int rc;

	memset(out, 0, sizeof(*out));
	query_bind_int(q, 1, now);
	query_bind_int(q, 2, now - (int64_t)QUARANTINE_DAYS * 24 * 3600);
	rc = query_step(q, err);
	if (rc == 1) {
		out->messages = query_int(q, 0);
		out->held = query_int(q, 1);
		out->failing = query_int(q, 2);
		out->commands = query_int(q, 3);
		out->quarantined = query_int(q, 4);
	}
	query_reset(q);
	return rc == -1 ? -1 : 0;
}

static void get_row(struct query *q, struct state_row *out)
{
	struct slice uidl = query_blob(q, 1);

	if (uidl.len > sizeof(out->uidl))
		uidl.len = sizeof(out->uidl);
	memcpy(out->uidl, uidl.p, uidl.len);
	out->seen.id = query_int(q, 0);
	out->seen.uidl = slice_of(out->uidl, uidl.len);
	out->seen.size = (uint64_t)query_int(q, 2);
	out->seen.session = query_int(q, 3);
	out->seen.first_seen = query_int(q, 4);
	query_digest(q, 5, out->seen.sha256);
	out->size = query_int(q, 6);
	out->waiting = query_int(q, 7) != 0;
	out->gone = query_int(q, 8) != 0;
}

int state_next_row(struct state *s, int64_t account, int64_t after,
		   struct state_row *out, struct error *err)
{
	struct query *q =
		query(s, "SELECT id, uidl, listed_size, session,"
			 " first_seen, sha256, size, spool IS NOT NULL,"
			 " gone FROM msg WHERE account = ? AND id > ?"
			 " AND uidl IS NOT NULL ORDER BY id LIMIT 1");
	int rc;

	memset(out, 0, sizeof(*out));
	query_bind_int(q, 1, account);
	query_bind_int(q, 2, after);
	rc = query_step(q, err);
	if (rc == 1)
		get_row(q, out);
	query_reset(q);
	return rc;
}

int state_mark_seen(struct state *s, int64_t account, struct slice uidl,
		    uint64_t size, const unsigned char identity[HASH_SIZE],
		    int64_t now, struct error *err)
{
	struct query *q =
		query(s, "INSERT INTO msg (account, uidl,"
			 " listed_size, size, sha256, identity, state,"
			 " session, first_seen) VALUES (?1, ?2, ?3,"
			 " max(?3, 0), ?4, ?5, " SQL_DONE ", ?6, ?7)"
			 " ON CONFLICT DO NOTHING");
	unsigned char sha256[HASH_SIZE] = {0};

	/* No content has this digest, and each size has another one. */
	memcpy(sha256, &size, sizeof(size));
	query_bind_int(q, 1, account);
	query_bind_blob(q, 2, uidl);
	query_bind_int(q, 3, (int64_t)size);
	query_bind_digest(q, 4, sha256);
	query_bind_digest(q, 5, identity);
	query_bind_int(q, 6, STATE_MARKED);
	query_bind_int(q, 7, now);
	return query_run(q, err);
}

int state_find_account(struct state *s, const char *name, int64_t *id_out,
		       struct error *err)
{
	struct query *q = query(s, "SELECT id FROM account WHERE name = ?");

	query_bind_text(q, 1, name);
	return query_one_int(q, id_out, err);
}

int state_rename_account(struct state *s, int64_t id, const char *name,
			 struct error *err)
{
	struct query *q = query(s, "UPDATE account SET name = ? WHERE id = ?");

	query_bind_text(q, 1, name);
	query_bind_int(q, 2, id);
	return query_run(q, err);
}

/* The rows stay, for `why`; only their UIDLs are removed. */
int state_forget_seen(struct state *s, int64_t account, struct slice uidl,
		      int64_t now, int64_t *n_out, struct error *err)
{
	struct query *q;

	*n_out = 0;
	/* First: nothing lists what is below a watermark. */
	if (state_forget_watermarks(s, account, err) == -1)
		return -1;
	q = query(s, "UPDATE msg SET uidl = NULL, gone = " SQL_GONE_ENOUGH ","
		     " gone_since = ?1 WHERE account = ?2"
		     " AND account <> 0 AND uidl IS NOT NULL"
		     " AND (?3 IS NULL OR uidl = ?3)"
		     " AND spool IS NULL");
	query_bind_int(q, 1, now);
	query_bind_int(q, 2, account);
	query_bind_blob(q, 3, uidl);
	if (query_run(q, err) == -1)
		return -1;
	*n_out = state_changes(s);
	return 0;
}

int state_files_next(struct state *s, struct state_file *out, struct error *err)
{
	struct query *q =
		query(s, "SELECT id, spool, 1, size, sha256 FROM msg"
			 " WHERE spool IS NOT NULL UNION ALL"
			 " SELECT delivery.message, delivery.spool, 0,"
			 " 0, NULL FROM delivery JOIN msg"
			 " ON msg.id = delivery.message"
			 " WHERE delivery.spool IS NOT NULL"
			 " AND delivery.spool <> msg.spool");
	int rc = query_step(q, err);

	memset(out, 0, sizeof(*out));
	if (rc == 1) {
		out->message = query_int(q, 0);
		(void)snprintf(out->name, sizeof(out->name), "%s",
			       query_text(q, 1));
		out->is_known = query_int(q, 2) != 0;
		out->size = (uint64_t)query_int(q, 3);
		query_digest(q, 4, out->sha256);
	} else if (rc == 0) {
		query_reset(q);
	}
	return rc;
}

int state_check(struct state *s, char *text, size_t size, struct error *err)
{
	struct query *q = query(s, "PRAGMA integrity_check(1)");
	int rc = query_step(q, err);
	const char *answer;
	int strange;

	if (rc == -1)
		return -1;
	answer = rc == 1 ? query_text(q, 0) : "no answer";
	escape_to(text, size, answer, strlen(answer));
	rc = strcmp(answer, "ok") == 0;
	query_reset(q);
	if (rc == 0)
		return 0;
	if (db_count_strange(s, &strange, err) == -1)
		return -1;
	if (strange > 0)
		(void)snprintf(text, size, "it holds triggers or views");
	return strange == 0;
}
