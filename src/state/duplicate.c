/* SPDX-License-Identifier: ISC */
#include "state/duplicate.h"

#include "state/db.h"

#include "util/banned.h"

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
