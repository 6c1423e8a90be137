/* SPDX-License-Identifier: ISC */
#include "state/import.h"

#include "state/admin.h"
#include "state/columns.h"
#include "state/db.h"

#include "util/banned.h"

static int has_message(struct state *s, int64_t account,
		       const struct state_import *row, struct error *err)
{
	struct query *q = query(s, "SELECT 1 FROM msg WHERE account = ?1"
				   " AND uidl = ?2 AND (listed_size IN (?3, -1)"
				   " OR ?3 = -1)");

	query_bind_int(q, 1, account);
	query_bind_blob(q, 2, row->uidl);
	query_bind_int(q, 3, (int64_t)row->size);
	return query_exists(q, err);
}

int state_import(struct state *s, int64_t account,
		 const struct state_import *row, int64_t now, struct error *err)
{
	static const unsigned char none[HASH_SIZE];
	int rc = has_message(s, account, row, err);
	struct query *q;

	if (rc != 0)
		return rc == 1 ? 0 : -1;
	if (!row->has_content)
		return state_mark_seen(s, account, row->uidl, row->size, none,
				       now, err) == -1
			       ? -1
			       : 1;
	q = query(s, "INSERT INTO msg (account, uidl, listed_size, size,"
		     " sha256, identity, state, session, first_seen, gone,"
		     " gone_since) VALUES (?, ?, ?3, ?3, ?, ?, " SQL_DONE ", ?,"
		     " ?, ?, ?) ON CONFLICT DO NOTHING");
	query_bind_int(q, 1, account);
	query_bind_blob(q, 2, row->uidl);
	query_bind_int(q, 3, (int64_t)row->size);
	query_bind_digest(q, 4, row->sha256);
	query_bind_digest(q, 5, none);
	query_bind_int(q, 6, STATE_IMPORTED);
	query_bind_int(q, 7, row->first_seen);
	query_bind_int(q, 8, row->gone);
	query_bind_int(q, 9, now);
	if (query_run(q, err) == -1)
		return -1;
	return state_changes(s) > 0;
}
