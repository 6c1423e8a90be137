/* SPDX-License-Identifier: ISC */
#include "state/server.h"

#include <string.h>

#include "state/db.h"

#include "util/banned.h"

int state_get_server(struct state *s, const char *server,
		     struct server_faults *out, struct error *err)
{
	struct query *q = query(s, "SELECT no_pipelining_until, no_top_until"
				   " FROM server WHERE name = ?");
	int rc;

	memset(out, 0, sizeof(*out));
	query_bind_text(q, 1, server);
	rc = query_step(q, err);
	if (rc == 1) {
		out->no_pipelining_until = query_int(q, 0);
		out->no_top_until = query_int(q, 1);
	}
	query_reset(q);
	return rc == -1 ? -1 : 0;
}

int state_set_server(struct state *s, const char *server,
		     const struct server_faults *faults, struct error *err)
{
	struct query *q = query(s, "INSERT OR REPLACE INTO server (name,"
				   " no_pipelining_until, no_top_until)"
				   " VALUES (?, ?, ?)");

	query_bind_text(q, 1, server);
	query_bind_int(q, 2, faults->no_pipelining_until);
	query_bind_int(q, 3, faults->no_top_until);
	return query_run(q, err);
}
