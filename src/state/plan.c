/* SPDX-License-Identifier: ISC */
#include "state/plan.h"

#include <stdlib.h>
#include <string.h>

#include "state/columns.h"
#include "state/db.h"
#include "state/delivery.h"
#include "util/flat.h"
#include "util/xalloc.h"

#include "util/banned.h"

#define DAY_SECONDS (24LL * 3600)

/* Arguments and environment of one command; see request.h. */
#define COMMAND_MAX ((size_t)4 * 1024 * 1024)
#define STRINGS_MAX 1024

void delivery_release(struct delivery *d)
{
	free(d->folder);
	free(d->base);
	free(d->spool);
	free(d->keywords);
	free(d->rule);
	free(d->file);
	free(d->reason);
	free(d->why);
	free(d->tags);
	strings_free(d->argv);
	strings_free(d->environment);
	free(d->source);
	memset(d, 0, sizeof(*d));
}

/*
 * Only while there is no plan: if another sorter has made one meanwhile, adding
 * steps must fail.
 */
int state_clear_plan(struct state *s, int64_t message, struct error *err)
{
	struct query *q = query(s, "DELETE FROM delivery WHERE message = ?1 AND"
				   " EXISTS (SELECT 1 FROM msg WHERE id = ?1"
				   " AND state = " SQL_SPOOLED ")");

	query_bind_int(q, 1, message);
	return query_run(q, err);
}

static void bind_command(struct query *q, int i, const struct delivery *d)
{
	struct buf flat = BUF_INIT(COMMAND_MAX);

	if (d->argv != NULL) {
		flat_put_strings(&flat, d->argv);
		flat_put_strings(&flat, d->environment);
	}
	query_bind_blob(q, i,
			d->argv == NULL ? slice_of(NULL, 0) : buf_slice(&flat));
	buf_release(&flat);
}

int state_add_delivery(struct state *s, const struct delivery *d,
		       struct error *err)
{
	struct query *q =
		query(s, "INSERT INTO delivery (message, n, kind,"
			 " flags, folder, base, spool, rule, keywords,"
			 " why, tags, command, quarantined, file, line,"
			 " reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
			 " ?, ?, ?, ?, ?)");

	query_bind_int(q, 1, d->message);
	query_bind_int(q, 2, d->n);
	query_bind_int(q, 3, d->kind);
	query_bind_int(q, 4, d->flags);
	query_bind_text(q, 5, d->folder);
	query_bind_text(q, 6, d->base);
	query_bind_text(q, 7, d->spool);
	query_bind_text(q, 8, d->rule);
	query_bind_text(q, 9, d->keywords);
	query_bind_text(q, 10, d->why);
	query_bind_text(q, 11, d->tags);
	bind_command(q, 12, d);
	query_bind_int(q, 13, d->quarantined);
	query_bind_text(q, 14, d->file);
	query_bind_int(q, 15, d->line);
	query_bind_text(q, 16, d->reason);
	return query_run(q, err);
}

int state_set_planned(struct state *s, int64_t message,
		      const struct history *history, struct error *err)
{
	struct query *q =
		query(s, "UPDATE msg SET state = " SQL_PLANNED ", summary = ?,"
			 " message_id = ?, run = ? WHERE id = ?"
			 " AND state = " SQL_SPOOLED);

	query_bind_text(q, 1, history->summary);
	query_bind_text(q, 2, history->id);
	query_bind_int(q, 3, history->run);
	query_bind_int(q, 4, message);
	return query_run(q, err);
}

void state_get_delivery(struct query *q, struct delivery *out)
{
	struct slice command = query_blob(q, 13);

	memset(out, 0, sizeof(*out));
	out->message = query_int(q, 0);
	out->n = (int)query_int(q, 1);
	out->kind = (enum delivery_kind)query_int(q, 2);
	out->flags = (unsigned)query_int(q, 3);
	out->folder = query_copy(q, 4);
	out->base = query_copy(q, 5);
	out->spool = query_copy(q, 6);
	out->rule = query_copy(q, 7);
	out->source = query_copy(q, 8);
	out->keywords = query_copy(q, 9);
	out->why = query_copy(q, 10);
	out->tags = query_copy(q, 11);
	out->tries = (int)query_int(q, 12);
	out->crashes = (int)query_int(q, 14);
	out->file = query_copy(q, 15);
	out->line = (int)query_int(q, 16);
	out->reason = query_copy(q, 17);
	out->undone = query_int(q, 18) != 0;
	if (command.len > 0 &&
	    flat_strings(&command, STRINGS_MAX, COMMAND_MAX, &out->argv))
		(void)flat_strings(&command, STRINGS_MAX, COMMAND_MAX,
				   &out->environment);
}

int state_unfinished(struct state *s, const struct delivery *after,
		     struct delivery *out, size_t max, size_t *n_out,
		     struct error *err)
{
	struct query *q = query(
		s, DELIVERY_COLUMNS
		" WHERE msg.state = " SQL_PLANNED " AND msg.spool IS NOT NULL"
		" AND delivery.done IS NULL AND delivery.kind < " SQL_FIRST_COMMAND
		" AND (msg.id > ?1 OR (msg.id = ?1 AND delivery.n > ?2))"
		" ORDER BY msg.id, delivery.n LIMIT ?3");
	int rc;

	*n_out = 0;
	query_bind_int(q, 1, after->message);
	query_bind_int(q, 2, after->n);
	query_bind_int(q, 3, (int64_t)max);
	while ((rc = query_step(q, err)) == 1)
		state_get_delivery(q, &out[(*n_out)++]);
	query_reset(q);
	return rc;
}

static int finish_message(struct state *s, int64_t message, bool *done_out,
			  struct error *err)
{
	struct query *q =
		query(s, "UPDATE msg SET state = " SQL_DONE ", spool = NULL"
			 " WHERE id = ?1 AND NOT EXISTS (SELECT 1"
			 " FROM delivery WHERE message = ?1"
			 " AND done IS NULL)");

	query_bind_int(q, 1, message);
	if (query_run(q, err) == -1)
		return -1;
	*done_out = state_changes(s) > 0;
	return 0;
}

int state_set_delivered(struct state *s, int64_t message, int n, int64_t now,
			bool *done_out, struct error *err)
{
	struct query *q = query(s, "UPDATE delivery SET done = ?, spool = NULL"
				   " WHERE message = ? AND n = ?");

	query_bind_int(q, 1, now);
	query_bind_int(q, 2, message);
	query_bind_int(q, 3, n);
	if (query_run(q, err) == -1)
		return -1;
	return finish_message(s, message, done_out, err);
}

int state_is_filed(struct state *s, int64_t message, bool *filed_out,
		   int *next_n_out, struct error *err)
{
	struct query *q = query(
		s, "SELECT count(CASE WHEN kind = " SQL_FOLDER " THEN 1 END),"
		   " max(n) + 1 FROM delivery WHERE message = ?");
	int rc;

	query_bind_int(q, 1, message);
	rc = query_step(q, err);
	if (rc == 1) {
		*filed_out = query_int(q, 0) != 0;
		*next_n_out = (int)query_int(q, 1);
	}
	query_reset(q);
	return rc == -1 ? -1 : 0;
}

int state_count_folders(struct state *s, int64_t now, int64_t *n_out,
			struct error *err)
{
	struct query *q =
		query(s, "SELECT count(*) FROM folder WHERE created > ?");

	query_bind_int(q, 1, now - DAY_SECONDS);
	return query_one_int(q, n_out, err);
}

int state_add_folder(struct state *s, const char *folder, int64_t now,
		     struct error *err)
{
	struct query *q =
		query(s, "INSERT INTO folder (name, created) VALUES (?, ?)");

	query_bind_text(q, 1, folder);
	query_bind_int(q, 2, now);
	return query_run(q, err);
}
