/* SPDX-License-Identifier: ISC */
#include "state/daemon.h"

#include <stdlib.h>
#include <string.h>

#include "state/db.h"

#include "util/banned.h"

int state_set_daemon(struct state *s, const struct daemon_record *record,
		     struct error *err)
{
	struct query *q = query(
		s,
		"INSERT INTO daemon (id, began, loaded, trouble,"
		" accounts) VALUES (1, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
		" began = excluded.began, loaded = excluded.loaded,"
		" trouble = excluded.trouble, accounts = excluded.accounts");

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

int state_set_idle(struct state *s, int64_t account,
		   const struct idle_record *record, struct error *err)
{
	struct query *q = query(
		s,
		"INSERT INTO idle (account, since, news) VALUES"
		" (?1, max(?2, 0), max(?3, 0)) ON CONFLICT (account) DO UPDATE"
		" SET since = iif(?2 < 0, since, ?2),"
		" news = iif(?3 < 0, news, ?3)");
	struct error ignored = ERROR_INIT;
	int rc;

	query_bind_int(q, 1, account);
	query_bind_int(q, 2, record->since);
	query_bind_int(q, 3, record->news);
	if (db_set_lazy(s, err) == -1)
		return -1;
	rc = query_run(q, err);
	return db_set_durable(s, rc == 0 ? err : &ignored) == -1 ? -1 : rc;
}

int state_get_idle(struct state *s, int64_t account, struct idle_record *out,
		   struct error *err)
{
	struct query *q =
		query(s, "SELECT since, news FROM idle WHERE account = ?");
	int rc;

	memset(out, 0, sizeof(*out));
	query_bind_int(q, 1, account);
	rc = query_step(q, err);
	if (rc == 1) {
		out->since = query_int(q, 0);
		out->news = query_int(q, 1);
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
