/* SPDX-License-Identifier: ISC */
#include "state/plan.h"

#include <stdlib.h>
#include <string.h>

#include "state/columns.h"
#include "state/db.h"
#include "state/delivery.h"
#include "state/seal.h"
#include "state/spool.h"
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

/* As the database keeps them; {NULL, 0} without a command. */
static struct slice flatten_command(const struct delivery *d, struct buf *flat)
{
	if (d->argv == NULL)
		return slice_of(NULL, 0);
	flat_put_strings(flat, d->argv);
	flat_put_strings(flat, d->environment);
	return buf_slice(flat);
}

static struct sealed_step seal_values(const struct delivery *d,
				      struct slice command)
{
	return (struct sealed_step){d->message,	 d->n,	    d->kind, d->flags,
				    d->line,	 d->folder, d->base, d->spool,
				    d->keywords, d->tags,   d->rule, d->file,
				    d->reason,	 command};
}

int state_add_delivery(struct state *s, const struct delivery *d,
		       struct error *err)
{
	struct query *q =
		query(s, "INSERT INTO delivery (message, n, kind,"
			 " flags, folder, base, spool, rule, keywords,"
			 " why, tags, command, quarantined, file, line,"
			 " reason, seal) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
			 " ?, ?, ?, ?, ?, ?, ?)");
	struct buf flat = BUF_INIT(COMMAND_MAX);
	struct slice command = flatten_command(d, &flat);
	const struct sealed_step step = seal_values(d, command);

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
	query_bind_blob(q, 12, command);
	query_bind_int(q, 13, d->quarantined);
	query_bind_text(q, 14, d->file);
	query_bind_int(q, 15, d->line);
	query_bind_text(q, 16, d->reason);
	seal_bind_step(s, q, 17, SEAL_STEP, &step);
	buf_release(&flat);
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

/* Text that is absent is NULL here. */
static const char *text_of(struct query *q, int column)
{
	return query_is_null(q, column) ? NULL : query_text(q, column);
}

struct sealed_step delivery_values(struct query *q)
{
	return (struct sealed_step){
		.message = query_int(q, 0),
		.n = query_int(q, 1),
		.kind = query_int(q, 2),
		.flags = query_int(q, 3),
		.line = query_int(q, 16),
		.folder = text_of(q, 4),
		.base = text_of(q, 5),
		.spool = text_of(q, 6),
		.keywords = text_of(q, 9),
		.tags = text_of(q, 11),
		.rule = text_of(q, 7),
		.file = text_of(q, 15),
		.reason = text_of(q, 17),
		.command = query_blob(q, 13),
	};
}

bool delivery_is_done(struct query *q)
{
	return query_int(q, 20) != 0;
}

void state_get_delivery(struct state *s, struct query *q, struct delivery *out)
{
	const struct sealed_step step = delivery_values(q);
	struct slice command = step.command;

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
	out->forged =
		!seal_fits_step(s, delivery_is_done(q) ? SEAL_DONE : SEAL_STEP,
				&step, query_blob(q, 19));
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
		" AND " SQL_SANE_N
		" AND (msg.id > ?1 OR (msg.id = ?1 AND delivery.n > ?2))"
		" ORDER BY msg.id, delivery.n LIMIT ?3");
	int rc;

	*n_out = 0;
	query_bind_int(q, 1, after->message);
	query_bind_int(q, 2, after->n);
	query_bind_int(q, 3, (int64_t)max);
	while ((rc = query_step(q, err)) == 1)
		state_get_delivery(s, q, &out[(*n_out)++]);
	query_reset(q);
	return rc;
}

/*
 * Is the message filed, or was it discarded, by a step that is sealed as done?
 * 1, 0, -1.
 */
static int has_left(struct state *s, int64_t message, struct error *err)
{
	struct query *q = query(s, DELIVERY_COLUMNS
				" WHERE delivery.message = ? AND delivery.done"
				" IS NOT NULL AND delivery.kind IN (" SQL_FOLDER
				", " SQL_DISCARD ")");
	int rc, found = 0;

	query_bind_int(q, 1, message);
	while ((rc = query_step(q, err)) == 1) {
		const struct sealed_step step = delivery_values(q);

		if (seal_fits_step(s, SEAL_DONE, &step, query_blob(q, 19)))
			found = 1;
	}
	query_reset(q);
	return rc == -1 ? -1 : found;
}

/* Mail on disk has left its place: its old file may be removed. */
static int seal_filed(struct state *s, int64_t message, struct error *err)
{
	struct query *q = query(s, "SELECT size, sha256, origin, seal FROM msg"
				   " WHERE id = ? AND moved = 1"
				   " AND origin IS NOT NULL");
	struct sealed_origin origin = {.message = message};
	struct query *write;
	int rc = has_left(s, message, err);

	if (rc != 1)
		return rc;
	query_bind_int(q, 1, message);
	rc = query_step(q, err);
	if (rc == 1) {
		origin.size = query_int(q, 0);
		origin.sha256 = query_blob(q, 1);
		origin.path = query_text(q, 2);
		if (seal_fits_origin(s, SEAL_ORIGIN, &origin,
				     query_blob(q, 3))) {
			write = query(s,
				      "UPDATE msg SET seal = ? WHERE id = ?");
			seal_bind_origin(s, write, 1, SEAL_FILED, &origin);
			query_bind_int(write, 2, message);
			rc = query_run(write, err);
		}
	}
	query_reset(q);
	return rc == -1 ? -1 : 0;
}

static int finish_message(struct state *s, const struct delivery *d,
			  bool *done_out, struct error *err)
{
	struct query *q =
		query(s, "UPDATE msg SET state = " SQL_DONE ", spool = NULL"
			 " WHERE id = ?1 AND NOT EXISTS (SELECT 1"
			 " FROM delivery WHERE message = ?1"
			 " AND done IS NULL)");

	query_bind_int(q, 1, d->message);
	if (query_run(q, err) == -1)
		return -1;
	*done_out = state_changes(s) > 0;
	if (!*done_out || d->source == NULL ||
	    strncmp(d->source, SPOOL_PREFIX_DISK "-",
		    strlen(SPOOL_PREFIX_DISK "-")) != 0)
		return 0;
	return seal_filed(s, d->message, err);
}

int state_set_delivered(struct state *s, const struct delivery *d, int64_t now,
			bool *done_out, struct error *err)
{
	struct query *q = query(s, "UPDATE delivery SET done = ?, spool = NULL,"
				   " seal = ? WHERE message = ? AND n = ?");
	struct buf flat = BUF_INIT(COMMAND_MAX);
	const struct sealed_step step =
		seal_values(d, flatten_command(d, &flat));

	query_bind_int(q, 1, now);
	/* Nobody asks for the seal of a command that ran. */
	if (DELIVERY_IS_COMMAND(d->kind) || d->forged)
		query_bind_blob(q, 2, slice_of(NULL, 0));
	else
		seal_bind_step(s, q, 2, SEAL_DONE, &step);
	buf_release(&flat);
	query_bind_int(q, 3, d->message);
	query_bind_int(q, 4, d->n);
	if (query_run(q, err) == -1)
		return -1;
	return finish_message(s, d, done_out, err);
}

int state_replace_delivery(struct state *s, const struct delivery *d,
			   const struct delivery *filing, bool *done_out,
			   struct error *err)
{
	struct query *q =
		query(s, "DELETE FROM delivery WHERE message = ? AND n = ?");

	*done_out = false;
	query_bind_int(q, 1, d->message);
	query_bind_int(q, 2, d->n);
	if (query_run(q, err) == -1)
		return -1;
	return filing != NULL ? state_add_delivery(s, filing, err)
			      : finish_message(s, d, done_out, err);
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
