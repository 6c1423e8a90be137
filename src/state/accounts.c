/* SPDX-License-Identifier: ISC */
#include "state/accounts.h"

#include "state/db.h"

#include "util/banned.h"

int state_get_health(struct state *s, int64_t account,
		     struct account_health *out, struct error *err)
{
	struct query *q =
		query(s, "SELECT last_success, last_session,"
			 " failing_since, complained, kind, last_try,"
			 " next_poll, failures, refusals, login_delay,"
			 " expire, on_server, excused, excused_since, large,"
			 " large_bytes FROM account WHERE id = ?");
	int rc;

	*out = (struct account_health){.expire = -1, .on_server = -1};
	query_bind_int(q, 1, account);
	rc = query_step(q, err);
	if (rc == 1) {
		out->last_success = query_int(q, 0);
		out->last_session = query_int(q, 1);
		out->failing_since = query_int(q, 2);
		out->complained = query_int(q, 3);
		out->kind = (enum error_kind)query_int(q, 4);
		out->last_try = query_int(q, 5);
		out->next_poll = query_int(q, 6);
		out->failures = query_int(q, 7);
		out->refusals = query_int(q, 8);
		out->login_delay = query_int(q, 9);
		out->expire = query_int(q, 10);
		out->on_server = query_int(q, 11);
		out->excused = query_int(q, 12);
		out->excused_since = query_int(q, 13);
		out->large = query_int(q, 14);
		out->large_bytes = query_int(q, 15);
	}
	query_reset(q);
	return rc == -1 ? -1 : 0;
}

int state_set_health(struct state *s, int64_t account,
		     const struct account_health *health, const char *trouble,
		     struct error *err)
{
	struct query *q = query(s, "UPDATE account SET last_success = ?,"
				   " last_session = ?, failing_since = ?,"
				   " complained = ?, kind = ?, trouble = ?,"
				   " last_try = ?, next_poll = ?, failures = ?,"
				   " refusals = ?, login_delay = ?, expire = ?,"
				   " on_server = ?, excused = ?,"
				   " excused_since = ?, large = ?,"
				   " large_bytes = ? WHERE id = ?");
	struct error ignored = ERROR_INIT;
	int rc;

	query_bind_int(q, 1, health->last_success);
	query_bind_int(q, 2, health->last_session);
	query_bind_int(q, 3, health->failing_since);
	query_bind_int(q, 4, health->complained);
	query_bind_int(q, 5, health->kind);
	query_bind_text(q, 6, trouble);
	query_bind_int(q, 7, health->last_try);
	query_bind_int(q, 8, health->next_poll);
	query_bind_int(q, 9, health->failures);
	query_bind_int(q, 10, health->refusals);
	query_bind_int(q, 11, health->login_delay);
	query_bind_int(q, 12, health->expire);
	query_bind_int(q, 13, health->on_server);
	query_bind_int(q, 14, health->excused);
	query_bind_int(q, 15, health->excused_since);
	query_bind_int(q, 16, health->large);
	query_bind_int(q, 17, health->large_bytes);
	query_bind_int(q, 18, account);
	/* A power cut may take it: the next session writes it again. */
	if (db_set_lazy(s, err) == -1)
		return -1;
	rc = query_run(q, err);
	return db_set_durable(s, rc == 0 ? err : &ignored) == -1 ? -1 : rc;
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
