/* SPDX-License-Identifier: ISC */
#include "state/received.h"

#include "state/columns.h"
#include "state/db.h"
#include "state/found.h"
#include "state/seal.h"

#include "util/banned.h"

/* Content and UIDL are known: update how the message is listed. */
static int refresh_known(struct state *s, const struct received *r,
			 struct error *err)
{
	struct query *q =
		query(s, "UPDATE msg SET listed_size = ?, session = ?,"
			 " identity = ?, body = ?, gone = 0, gone_since = NULL"
			 " WHERE account = ? AND uidl = ?"
			 " AND sha256 = ?");

	query_bind_int(q, 1, (int64_t)r->listed_size);
	query_bind_int(q, 2, r->session);
	query_bind_digest(q, 3, r->identity);
	query_bind_digest(q, 4, r->body);
	query_bind_int(q, 5, r->account);
	query_bind_blob(q, 6, r->uidl);
	query_bind_digest(q, 7, r->sha256);
	if (query_run(q, err) == -1)
		return -1;
	if (state_changes(s) == 1)
		return 0;
	return error_set(err, ERR_TEMPORARY,
			 "the database did not store a new message");
}

/* A message came without a UIDL: is its content known under one? 1, 0, -1. */
static int has_name(struct state *s, const struct received *r,
		    struct error *err)
{
	struct query *q =
		query(s, "SELECT 1 FROM msg WHERE account = ?"
			 " AND length(uidl) > 0 AND sha256 = ? LIMIT 1");

	query_bind_int(q, 1, r->account);
	query_bind_digest(q, 2, r->sha256);
	return query_exists(q, err);
}

/* A message that came without a UIDL gets this one. 1, 0 there is none, -1. */
static int name_known(struct state *s, const struct received *r,
		      struct error *err)
{
	struct query *q = query(s, "UPDATE OR IGNORE msg SET uidl = ?1,"
				   " listed_size = ?2, session = ?3, gone = 0,"
				   " gone_since = NULL WHERE account = ?4"
				   " AND uidl = ?6 AND sha256 = ?5");

	query_bind_blob(q, 1, r->uidl);
	query_bind_int(q, 2, (int64_t)r->listed_size);
	query_bind_int(q, 3, r->session);
	query_bind_int(q, 4, r->account);
	query_bind_digest(q, 5, r->sha256);
	query_bind_blob(q, 6, SLICE_EMPTY);
	if (query_run(q, err) == -1)
		return -1;
	return state_changes(s) > 0;
}

/* Is it known although one of the two has no UIDL? 1, 0, -1. */
static int is_renamed(struct state *s, const struct received *r,
		      struct error *err)
{
	if (r->uidl.p == NULL)
		return 0;
	return r->uidl.len == 0 ? has_name(s, r, err) : name_known(s, r, err);
}

/* Seal where the mail lies on disk, in the row that was inserted. */
static int seal_inserted(struct state *s, const struct received *r,
			 struct error *err)
{
	const struct sealed_origin origin = {
		state_last_id(s), (int64_t)r->size,
		slice_of((const char *)r->sha256, HASH_SIZE), r->origin};
	struct query *q = query(s, "UPDATE msg SET seal = ? WHERE id = ?");

	seal_bind_origin(s, q, 1, SEAL_ORIGIN, &origin);
	query_bind_int(q, 2, origin.message);
	return query_run(q, err);
}

static void bind_server(struct query *q, const struct on_server *there)
{
	query_bind_text(q, 16, there->folder);
	query_bind_int(q, 17, there->arrived);
	query_bind_int(q, 18, there->flags);
	query_bind_text(q, 19, there->id[0] == '\0' ? NULL : there->id);
}

static int insert_received(struct state *s, const struct received *r,
			   struct error *err)
{
	int found = state_take_found(s, r, err);
	bool done = found == 1 || r->elsewhere;
	struct query *q;

	if (found == -1)
		return -1;
	q = query(
		s,
		"INSERT INTO msg (account, uidl, listed_size, size, sha256,"
		" identity, state, spool, session, first_seen, gone, gone_since,"
		" origin, moved, body, repeated, folder, arrived, server_flags,"
		" server_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?10, ?11, ?10,"
		" ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)"
		" ON CONFLICT DO NOTHING");
	query_bind_int(q, 1, r->account);
	query_bind_blob(q, 2, r->uidl);
	query_bind_int(q, 3, (int64_t)r->listed_size);
	query_bind_int(q, 4, (int64_t)r->size);
	query_bind_digest(q, 5, r->sha256);
	query_bind_digest(q, 6, r->identity);
	query_bind_int(q, 7, done ? MSG_DONE : MSG_SPOOLED);
	query_bind_text(q, 8, done ? NULL : r->spool);
	query_bind_int(q, 9, r->session);
	query_bind_int(q, 10, r->now);
	/* No listing ever has a message that came from no server. */
	query_bind_int(q, 11, r->uidl.p == NULL ? GONE_ENOUGH : 0);
	query_bind_text(q, 12, r->origin);
	query_bind_int(q, 13, r->origin != NULL);
	query_bind_digest(q, 14, r->body);
	query_bind_int(q, 15, r->repeated);
	bind_server(q, &r->there);
	if (query_run(q, err) == -1)
		return -1;
	if (state_changes(s) == 0)
		return refresh_known(s, r, err);
	if (r->origin != NULL && seal_inserted(s, r, err) == -1)
		return -1;
	return done ? 0 : 1;
}

/*
 * The caller has recognised the message: its row gets what the server says of
 * it now. 1, 0 another row has that UIDL, -1.
 */
static int refresh_same(struct state *s, const struct received *r,
			struct error *err)
{
	struct query *q =
		query(s, "UPDATE OR IGNORE msg SET uidl = ?1,"
			 " listed_size = ?2, session = CASE WHEN session < 0"
			 " THEN session ELSE ?3 END, identity = ?4, body = ?5,"
			 " gone = 0, gone_since = NULL WHERE id = ?6");

	if (r->same_as == 0)
		return 0;
	query_bind_blob(q, 1, r->uidl);
	query_bind_int(q, 2, (int64_t)r->listed_size);
	query_bind_int(q, 3, r->session);
	query_bind_digest(q, 4, r->identity);
	query_bind_digest(q, 5, r->body);
	query_bind_int(q, 6, r->same_as);
	if (query_run(q, err) == -1)
		return -1;
	return state_changes(s) > 0;
}

int state_add_received(struct state *s, const struct received *r,
		       struct error *err)
{
	int rc = refresh_same(s, r, err);

	if (rc == 0)
		rc = is_renamed(s, r, err);

	if (rc != 0)
		return rc == 1 ? 0 : -1;
	return insert_received(s, r, err);
}

int state_is_elsewhere(struct state *s, const struct received *r,
		       struct error *err)
{
	struct query *q = query(
		s, "SELECT 1 FROM msg WHERE account = ?1 AND sha256 = ?2"
		   " AND folder IS NOT NULL AND folder <> ?3"
		   " AND uidl IS NOT NULL UNION ALL"
		   " SELECT 1 FROM msg WHERE account = ?1 AND server_id = ?4"
		   " AND identity = ?5 AND uidl IS NOT NULL LIMIT 1");

	query_bind_int(q, 1, r->account);
	query_bind_digest(q, 2, r->sha256);
	query_bind_text(q, 3, r->there.folder);
	query_bind_text(q, 4, r->there.id[0] == '\0' ? NULL : r->there.id);
	query_bind_digest(q, 5, r->identity);
	return query_exists(q, err);
}

int state_needs_spool(struct state *s, const char *name, struct error *err)
{
	struct query *q =
		query(s, "SELECT 1 FROM msg WHERE spool = ?1 UNION ALL"
			 " SELECT 1 FROM delivery WHERE spool = ?1");

	query_bind_text(q, 1, name);
	return query_exists(q, err);
}
