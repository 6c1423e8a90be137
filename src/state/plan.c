/* SPDX-License-Identifier: ISC */
/* The spool's rows: what was received, what is planned, what is done. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "state/db.h"
#include "state/found.h"
#include "util/flat.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* msg.state */
enum {
	MSG_SPOOLED = 1,
	MSG_PLANNED = 2,
	MSG_DONE = 3,
};

#define DAY_SECONDS (24LL * 3600)

/* Arguments and environment of one command; see request.h. */
#define COMMAND_MAX ((size_t)4 * 1024 * 1024)
#define STRINGS_MAX 1024

static int run_for(struct query *q, int64_t message, struct error *err)
{
	query_bind_int(q, 1, message);
	return query_run(q, err);
}

/* Known content under a known UIDL: only how it is listed is news. */
static int refresh_known(struct state *s, const struct received *r,
			 struct error *err)
{
	struct query *q =
		query(s, "UPDATE msg SET listed_size = ?, session = ?,"
			 " gone = 0, gone_since = NULL"
			 " WHERE account = ? AND uidl = ?"
			 " AND sha256 = ?");

	query_bind_int(q, 1, (int64_t)r->listed_size);
	query_bind_int(q, 2, r->session);
	query_bind_int(q, 3, r->account);
	query_bind_blob(q, 4, r->uidl);
	query_bind_digest(q, 5, r->sha256);
	if (query_run(q, err) == -1)
		return -1;
	if (state_changes(s) == 1)
		return 0;
	return error_set(err, ERR_TEMPORARY,
			 "a message was neither stored nor known before");
}

/* Without a name the content tells: has it one here? 1, 0, -1. */
static int has_name(struct state *s, const struct received *r,
		    struct error *err)
{
	struct query *q = query(s, "SELECT 1 FROM msg WHERE account = ?"
				   " AND uidl > x'' AND sha256 = ? LIMIT 1");

	query_bind_int(q, 1, r->account);
	query_bind_digest(q, 2, r->sha256);
	return query_exists(q, err);
}

/* One that came without a name, before the server gave names again. */
static int name_known(struct state *s, const struct received *r,
		      struct error *err)
{
	struct query *q = query(s, "UPDATE OR IGNORE msg SET uidl = ?1,"
				   " listed_size = ?2, session = ?3, gone = 0,"
				   " gone_since = NULL WHERE account = ?4"
				   " AND uidl = x'' AND sha256 = ?5");

	query_bind_blob(q, 1, r->uidl);
	query_bind_int(q, 2, (int64_t)r->listed_size);
	query_bind_int(q, 3, r->session);
	query_bind_int(q, 4, r->account);
	query_bind_digest(q, 5, r->sha256);
	if (query_run(q, err) == -1)
		return -1;
	return state_changes(s) > 0;
}

/* Known although the server calls it otherwise, or nothing: 1, 0, -1. */
static int is_renamed(struct state *s, const struct received *r,
		      struct error *err)
{
	if (r->uidl.p == NULL)
		return 0;
	return r->uidl.len == 0 ? has_name(s, r, err) : name_known(s, r, err);
}

static int insert_received(struct state *s, const struct received *r,
			   struct error *err)
{
	int found = state_take_found(s, r, err);
	struct query *q;

	if (found == -1)
		return -1;
	q = query(s,
		  "INSERT OR IGNORE INTO msg (account, uidl, listed_size, size,"
		  " sha256, identity, state, spool, session, first_seen, gone,"
		  " gone_since, origin, moved) VALUES (?, ?, ?, ?, ?, ?, ?, ?,"
		  " ?, ?10, ?11, ?10, ?12, ?12 IS NOT NULL)");
	query_bind_int(q, 1, r->account);
	query_bind_blob(q, 2, r->uidl);
	query_bind_int(q, 3, (int64_t)r->listed_size);
	query_bind_int(q, 4, (int64_t)r->size);
	query_bind_digest(q, 5, r->sha256);
	query_bind_digest(q, 6, r->identity);
	query_bind_int(q, 7, found ? MSG_DONE : MSG_SPOOLED);
	query_bind_text(q, 8, found ? NULL : r->spool);
	query_bind_int(q, 9, r->session);
	query_bind_int(q, 10, r->now);
	/* What came from no server is in no listing, ever. */
	query_bind_int(q, 11, r->uidl.p == NULL ? 3 : 0);
	query_bind_text(q, 12, r->origin);
	if (query_run(q, err) == -1)
		return -1;
	if (state_changes(s) > 0)
		return found ? 0 : 1;
	return refresh_known(s, r, err);
}

int state_add_received(struct state *s, const struct received *r,
		       struct error *err)
{
	int rc = is_renamed(s, r, err);

	if (rc != 0)
		return rc == 1 ? 0 : -1;
	return insert_received(s, r, err);
}

int state_needs_spool(struct state *s, const char *name, struct error *err)
{
	struct query *q =
		query(s, "SELECT 1 FROM msg WHERE spool = ?1 UNION ALL"
			 " SELECT 1 FROM delivery WHERE spool = ?1");

	query_bind_text(q, 1, name);
	return query_exists(q, err);
}

static void copy_text(char *out, size_t size, const char *text)
{
	(void)snprintf(out, size, "%s", text);
}

static void get_queued(struct query *q, struct queued *out)
{
	struct slice sha256 = query_blob(q, 5);

	memset(out, 0, sizeof(*out));
	out->id = query_int(q, 0);
	copy_text(out->spool, sizeof(out->spool), query_text(q, 1));
	copy_text(out->account, sizeof(out->account), query_text(q, 2));
	out->size = (uint64_t)query_int(q, 3);
	if (query_is_null(q, 4))
		state_make_anonymous_key(out->id, out->key);
	else
		state_make_key(out->account, query_blob(q, 4), out->key);
	if (sha256.len == HASH_SIZE)
		memcpy(out->sha256, sha256.p, HASH_SIZE);
	out->first_seen = query_int(q, 6);
	copy_text(out->origin, sizeof(out->origin), query_text(q, 7));
	out->tries = (int)query_int(q, 8);
	out->crashes = (int)query_int(q, 9);
}

#define QUEUED_COLUMNS                                                         \
	"SELECT msg.id, msg.spool, coalesce(account.name, ''),"                \
	" msg.size, msg.uidl, msg.sha256, msg.first_seen, msg.origin,"         \
	" msg.tries, msg.crashes FROM msg"                                     \
	" LEFT JOIN account ON account.id = msg.account"

int state_queue(struct state *s, int64_t after, int64_t now, struct queued *out,
		size_t max, size_t *n_out, struct error *err)
{
	struct query *q = query(s, QUEUED_COLUMNS
				" WHERE msg.state = 1 AND msg.spool IS NOT NULL"
				" AND msg.id > ? AND msg.hold_until <= ?"
				" ORDER BY msg.id LIMIT ?");
	int rc;

	*n_out = 0;
	query_bind_int(q, 1, after);
	query_bind_int(q, 2, now);
	query_bind_int(q, 3, (int64_t)max);
	while ((rc = query_step(q, err)) == 1)
		get_queued(q, &out[(*n_out)++]);
	query_reset(q);
	return rc;
}

int state_get_queued(struct state *s, int64_t message, struct queued *out,
		     struct error *err)
{
	struct query *q = query(s, QUEUED_COLUMNS " WHERE msg.id = ?");
	int rc;

	query_bind_int(q, 1, message);
	rc = query_step(q, err);
	if (rc == 1)
		get_queued(q, out);
	query_reset(q);
	return rc;
}

int state_set_hold(struct state *s, int64_t message, int64_t until, int tries,
		   const struct history *history, struct error *err)
{
	struct query *q = query(s, "UPDATE msg SET hold_until = ?, tries = ?,"
				   " summary = ?, message_id = ? WHERE id = ?");

	query_bind_int(q, 1, until);
	query_bind_int(q, 2, tries);
	query_bind_text(q, 3, history->summary);
	query_bind_text(q, 4, history->id);
	query_bind_int(q, 5, message);
	return query_run(q, err);
}

int state_add_crash(struct state *s, int64_t message, int n, struct error *err)
{
	struct query *q =
		n < 0 ? query(s, "UPDATE msg SET crashes = crashes + 1"
				 " WHERE id = ?1 AND state = 1")
		      : query(s, "UPDATE delivery SET crashes = crashes + 1"
				 " WHERE message = ?1 AND n = ?2"
				 " AND done IS NULL");

	query_bind_int(q, 1, message);
	if (n >= 0)
		query_bind_int(q, 2, n);
	return query_run(q, err);
}

int state_queue_length(struct state *s, int64_t *n_out, struct error *err)
{
	return query_one_int(
		query(s, "SELECT count(*) FROM msg WHERE spool IS NOT NULL"),
		n_out, err);
}

void delivery_release(struct delivery *d)
{
	free(d->folder);
	free(d->base);
	free(d->spool);
	free(d->keywords);
	free(d->rule);
	free(d->why);
	free(d->tags);
	strings_free(d->argv);
	strings_free(d->environment);
	free(d->source);
	memset(d, 0, sizeof(*d));
}

int state_clear_plan(struct state *s, int64_t message, struct error *err)
{
	/* Not what another sorter has planned meanwhile: that must fail. */
	return run_for(query(s, "DELETE FROM delivery WHERE message = ?1 AND"
				" EXISTS (SELECT 1 FROM msg WHERE id = ?1"
				" AND state = 1)"),
		       message, err);
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
			 " why, tags, command, quarantined) VALUES (?,"
			 " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

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
	return query_run(q, err);
}

int state_set_planned(struct state *s, int64_t message,
		      const struct history *history, struct error *err)
{
	struct query *q = query(s, "UPDATE msg SET state = 2, summary = ?,"
				   " message_id = ?, run = ? WHERE id = ?"
				   " AND state = 1");

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
	if (command.len > 0 &&
	    flat_strings(&command, STRINGS_MAX, COMMAND_MAX, &out->argv))
		(void)flat_strings(&command, STRINGS_MAX, COMMAND_MAX,
				   &out->environment);
}

int state_unfinished(struct state *s, const struct delivery *after,
		     struct delivery *out, size_t max, size_t *n_out,
		     struct error *err)
{
	struct query *q =
		query(s, DELIVERY_COLUMNS
		      " WHERE msg.state = 2 AND msg.spool IS NOT NULL"
		      " AND delivery.done IS NULL AND delivery.kind < 4"
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
	struct query *q = query(s, "UPDATE msg SET state = 3, spool = NULL"
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

/* Can it come once more: from its server, or from where it lies on disk? */
static int comes_again(struct state *s, int64_t message, struct error *err)
{
	struct query *q = query(s, "SELECT (account <> 0 AND uidl IS NOT NULL"
				   " AND gone = 0) OR (origin IS NOT NULL"
				   " AND moved = 1) FROM msg WHERE id = ?");
	int rc;

	query_bind_int(q, 1, message);
	rc = query_step(q, err);
	if (rc == 0)
		rc = 1; /* forgotten already */
	else if (rc == 1)
		rc = query_int(q, 0) != 0;
	query_reset(q);
	return rc;
}

/* Nothing of it is left for the message that gets its number. */
int state_drop_message(struct state *s, int64_t message, struct error *err)
{
	if (run_for(query(s, "DELETE FROM delivery WHERE message = ?"), message,
		    err) == -1 ||
	    run_for(query(s, "DELETE FROM duplicate WHERE message = ?"),
		    message, err) == -1)
		return -1;
	return run_for(query(s, "DELETE FROM msg WHERE id = ?"), message, err);
}

int state_forget_message(struct state *s, int64_t message, struct error *err)
{
	int rc = comes_again(s, message, err);

	if (rc != 1)
		return rc;
	return state_drop_message(s, message, err) == -1 ? -1 : 1;
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
