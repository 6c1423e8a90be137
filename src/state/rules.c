/* SPDX-License-Identifier: ISC */
#include "state/rules.h"

#include <string.h>

#include "state/db.h"

#include "util/banned.h"

int state_know_rule(struct state *s, const char *name, int64_t now,
		    struct error *err)
{
	struct query *q = query(
		s,
		"INSERT INTO rule (name, since) VALUES (?, ?) ON CONFLICT DO NOTHING");

	query_bind_text(q, 1, name);
	query_bind_int(q, 2, now);
	return query_run(q, err);
}

int state_count_rule(struct state *s, const char *name, int64_t hits,
		     int64_t now, struct error *err)
{
	struct query *q = query(
		s,
		"INSERT INTO rule (name, since, hits, last)"
		" VALUES (?1, ?2, ?3, ?2) ON CONFLICT (name) DO UPDATE"
		" SET hits = rule.hits + ?3,"
		" last = CASE WHEN rule.last > ?2 THEN rule.last ELSE ?2 END");

	query_bind_text(q, 1, name);
	query_bind_int(q, 2, now);
	query_bind_int(q, 3, hits);
	return query_run(q, err);
}

int state_get_rule(struct state *s, const char *name, struct rule_record *out,
		   struct error *err)
{
	struct query *q =
		query(s, "SELECT since, hits, last FROM rule WHERE name = ?");
	int rc;

	memset(out, 0, sizeof(*out));
	query_bind_text(q, 1, name);
	rc = query_step(q, err);
	if (rc == 1) {
		out->since = query_int(q, 0);
		out->hits = query_int(q, 1);
		out->last = query_int(q, 2);
	}
	query_reset(q);
	return rc == -1 ? -1 : 0;
}
