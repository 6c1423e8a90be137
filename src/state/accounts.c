/* SPDX-License-Identifier: ISC */
#include "state/accounts.h"

#include "state/db.h"

#include "util/banned.h"

int state_account(struct state *s, const char *name, int64_t *id_out,
		  struct error *err)
{
	struct query *q = query(s, "SELECT id FROM account WHERE name = ?");

	query_bind_text(q, 1, name);
	return query_one_int(q, id_out, err);
}

int state_add_account(struct state *s, const char *name, int64_t *id_out,
		      struct error *err)
{
	struct query *q;

	if (state_account(s, name, id_out, err) == -1)
		return -1;
	if (*id_out != 0)
		return 0;
	q = query(
		s,
		"INSERT INTO account (name) VALUES (?) ON CONFLICT DO NOTHING");
	query_bind_text(q, 1, name);
	if (query_run(q, err) == -1)
		return -1;
	return state_account(s, name, id_out, err);
}

int state_get_health(struct state *s, int64_t account,
		     struct account_health *out, struct error *err)
{
	struct query *q =
		query(s, "SELECT last_success, last_session,"
			 " failing_since, complained, kind, last_try,"
			 " next_poll, failures, refusals, login_delay,"
			 " expire, on_server FROM account WHERE id = ?");
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
				   " on_server = ? WHERE id = ?");

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
	query_bind_int(q, 14, account);
	return query_run(q, err);
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
