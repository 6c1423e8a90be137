/* SPDX-License-Identifier: ISC */
#include "state/accounts.h"

#include <stdlib.h>
#include <string.h>

#include "state/db.h"

#include "util/banned.h"

int state_set_daemon(struct state *s, const struct daemon_record *record,
		     struct error *err)
{
	struct query *q = query(s, "INSERT OR REPLACE INTO daemon"
				   " (id, began, loaded, trouble, accounts)"
				   " VALUES (1, ?, ?, ?, ?)");

	query_bind_int(q, 1, record->began);
	query_bind_int(q, 2, record->loaded);
	query_bind_text(q, 3, record->trouble);
	query_bind_text(q, 4, record->accounts);
	return query_run(q, err);
}

int state_get_daemon(struct state *s, struct daemon_record *out,
		     struct error *err)
{
	struct query *q =
		query(s, "SELECT began, loaded, trouble, accounts FROM daemon");
	int rc;

	memset(out, 0, sizeof(*out));
	rc = query_step(q, err);
	if (rc == 1) {
		out->began = query_int(q, 0);
		out->loaded = query_int(q, 1);
		out->trouble = query_copy(q, 2);
		out->accounts = query_copy(q, 3);
	}
	query_reset(q);
	return rc == -1 ? -1 : 0;
}

void daemon_record_release(struct daemon_record *record)
{
	free(record->trouble);
	free(record->accounts);
	memset(record, 0, sizeof(*record));
}

bool daemon_record_has(const struct daemon_record *record, const char *account,
		       bool enabled)
{
	size_t len = strlen(account);

	for (const char *p = record->accounts; p != NULL && *p != '\0';
	     p = strchr(p, '\n') + 1)
		if (strncmp(p, account, len) == 0 && p[len] == '\n')
			return true;
	return record->accounts == NULL && enabled;
}

int state_request_poll(struct state *s, int64_t account, struct error *err)
{
	struct query *q =
		query(s, "UPDATE account SET next_poll = -1 WHERE id = ?");

	query_bind_int(q, 1, account);
	return query_run(q, err);
}

int state_has_requests(struct state *s, struct error *err)
{
	struct query *q = query(s, "SELECT 1 FROM account WHERE next_poll = -1"
				   " LIMIT 1");

	return query_exists(q, err);
}

int state_clear_requests(struct state *s, struct error *err)
{
	struct query *q = query(s, "UPDATE account SET next_poll = 0"
				   " WHERE next_poll = -1");

	return query_run(q, err);
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
	struct query *q =
		query(s, "SELECT 1 FROM msg WHERE spool IS NOT NULL"
			 " AND (state = 1 AND tries > 0 OR state = 2 AND"
			 " EXISTS (SELECT 1 FROM delivery WHERE message"
			 " = msg.id AND done IS NULL AND kind < 4))"
			 " LIMIT 1");

	return query_exists(q, err);
}

/* Mail to be decided, steps to be done, commands to be tried again. */
int state_next_work(struct state *s, int64_t now, int64_t *wait_out,
		    struct error *err)
{
	struct query *q = query(
		s, "SELECT min(at) FROM (SELECT min(hold_until) AS at FROM msg"
		   " WHERE state = 1 AND spool IS NOT NULL"
		   " UNION ALL SELECT min(delivery.next) FROM delivery"
		   "  JOIN msg ON msg.id = delivery.message"
		   "  WHERE delivery.done IS NULL AND delivery.kind >= 4"
		   "  AND msg.spool IS NOT NULL"
		   " UNION ALL SELECT min(0) FROM msg WHERE state = 2"
		   "  AND spool IS NOT NULL AND EXISTS (SELECT 1 FROM delivery"
		   "  WHERE message = msg.id AND done IS NULL AND kind < 4)"
		   " UNION ALL SELECT min(0) FROM msg WHERE moved = 1)");
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
