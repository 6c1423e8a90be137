/* SPDX-License-Identifier: ISC */
#include "state/failing.h"

#include <stdlib.h>
#include <string.h>

#include "state/columns.h"
#include "state/db.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* More kinds of failing commands are not listed. */
#define SQL_COMMANDS_MAX "20"

#define DAY_SECONDS ((int64_t)24 * 3600)

static int get_commands(struct state *s, struct failing *out, struct error *err)
{
	struct query *q = query(
		s, "SELECT rule, trouble, count(*), min(next) FROM delivery"
		   " WHERE done IS NULL AND kind >= " SQL_FIRST_COMMAND
		   " AND trouble IS NOT NULL GROUP BY rule, trouble"
		   " ORDER BY count(*) DESC, rule, trouble"
		   " LIMIT " SQL_COMMANDS_MAX);
	int rc;

	while ((rc = query_step(q, err)) == 1) {
		struct failing_command *command;

		xgrow(&out->commands, out->n, sizeof(*out->commands));
		command = &out->commands[out->n++];
		command->rule = xstrdup(query_text(q, 0));
		command->trouble = xstrdup(query_text(q, 1));
		command->messages = query_int(q, 2);
		command->next = query_int(q, 3);
	}
	query_reset(q);
	return rc;
}

/* Held mail is due when its hold ends. */
static int get_waiting(struct state *s, int64_t now, struct failing *out,
		       struct error *err)
{
	struct query *q = query(
		s,
		"SELECT count(*), min(max(first_seen, hold_until)),"
		" (SELECT count(*) FROM msg WHERE spool IS NOT NULL"
		" AND state = " SQL_SPOOLED " AND (tries > 0 OR crashes > 0))"
		" FROM msg WHERE spool IS NOT NULL AND"
		" ((state = " SQL_SPOOLED " AND hold_until <= ?)"
		" OR (state = " SQL_PLANNED " AND EXISTS (SELECT 1"
		" FROM delivery WHERE message = msg.id AND done IS NULL"
		" AND kind < " SQL_FIRST_COMMAND ")))");
	int rc;

	query_bind_int(q, 1, now);
	rc = query_step(q, err);
	if (rc == 1) {
		out->waiting = query_int(q, 0);
		out->waiting_since = query_int(q, 1);
		out->postponed = query_int(q, 2);
	}
	query_reset(q);
	return rc == -1 ? -1 : 0;
}

static int get_quarantined(struct state *s, int64_t now, struct failing *out,
			   struct error *err)
{
	struct query *q = query(s, "SELECT count(*) FROM delivery"
				   " WHERE quarantined = 1 AND done > ?");

	query_bind_int(q, 1, now - DAY_SECONDS);
	return query_one_int(q, &out->quarantined, err);
}

static int get_sorter(struct state *s, int64_t *since_out, char **trouble_out,
		      struct error *err)
{
	struct query *q = query(s, "SELECT since, trouble FROM sorter");
	int rc = query_step(q, err);

	if (rc == 1) {
		*since_out = query_int(q, 0);
		*trouble_out = query_copy(q, 1);
	}
	query_reset(q);
	return rc == -1 ? -1 : 0;
}

int state_get_failing(struct state *s, int64_t now, struct failing *out,
		      struct error *err)
{
	memset(out, 0, sizeof(*out));
	if (get_commands(s, out, err) == -1 ||
	    get_waiting(s, now, out, err) == -1 ||
	    get_quarantined(s, now, out, err) == -1)
		return -1;
	return get_sorter(s, &out->sorter_since, &out->sorter_trouble, err);
}

void failing_release(struct failing *failing)
{
	for (size_t i = 0; i < failing->n; i++) {
		free(failing->commands[i].rule);
		free(failing->commands[i].trouble);
	}
	free(failing->commands);
	free(failing->sorter_trouble);
	memset(failing, 0, sizeof(*failing));
}

int state_set_sorter_trouble(struct state *s, int64_t now, const char *trouble,
			     struct error *err)
{
	struct query *q;
	int64_t since = 0;
	char *old = NULL;
	int rc = get_sorter(s, &since, &old, err);
	bool same = trouble == NULL ? old == NULL
				    : old != NULL && strcmp(old, trouble) == 0;

	free(old);
	if (rc == -1 || same)
		return rc;
	if (trouble == NULL)
		return query_run(query(s, "DELETE FROM sorter"), err);
	q = query(s, "INSERT INTO sorter (id, since, trouble) VALUES (1, ?, ?)"
		     " ON CONFLICT (id) DO UPDATE"
		     " SET trouble = excluded.trouble");
	query_bind_int(q, 1, now);
	query_bind_text(q, 2, trouble);
	return query_run(q, err);
}

int state_has_sorter_trouble(struct state *s, struct error *err)
{
	return query_exists(query(s, "SELECT 1 FROM sorter"), err);
}
