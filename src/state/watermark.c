/* SPDX-License-Identifier: ISC */
#include "state/watermark.h"

#include <stdlib.h>
#include <string.h>

#include "state/db.h"
#include "util/ascii.h"
#include "util/xalloc.h"

#include "util/banned.h"

static int get_unfetched(struct state *s, int64_t account, const char *folder,
			 struct watermark *out, struct error *err)
{
	struct query *q = query(s, "SELECT uid, size FROM unfetched WHERE"
				   " account = ? AND folder = ? ORDER BY uid");
	int rc;

	query_bind_int(q, 1, account);
	query_bind_text(q, 2, folder);
	while ((rc = query_step(q, err)) == 1) {
		xgrow(&out->unfetched, out->n_unfetched,
		      sizeof(*out->unfetched));
		out->unfetched[out->n_unfetched++] = (struct unfetched){
			(uint32_t)query_int(q, 0), (uint64_t)query_int(q, 1)};
	}
	query_reset(q);
	return rc;
}

int state_get_watermark(struct state *s, int64_t account, const char *folder,
			struct watermark *out, struct error *err)
{
	struct query *q = query(s, "SELECT uid_validity, uid_next, said_next,"
				   " said_messages FROM watermark WHERE"
				   " account = ? AND folder = ?");
	int rc;

	memset(out, 0, sizeof(*out));
	query_bind_int(q, 1, account);
	query_bind_text(q, 2, folder);
	rc = query_step(q, err);
	if (rc == 1) {
		out->uid_validity = (uint32_t)query_int(q, 0);
		out->uid_next = (uint32_t)query_int(q, 1);
		out->said_next = (uint32_t)query_int(q, 2);
		out->said_messages = (uint32_t)query_int(q, 3);
	}
	query_reset(q);
	return rc == 1 ? get_unfetched(s, account, folder, out, err) : rc;
}

void watermark_release(struct watermark *w)
{
	free(w->unfetched);
	memset(w, 0, sizeof(*w));
}

static int add_unfetched(struct state *s, int64_t account, const char *folder,
			 const struct unfetched *u, struct error *err)
{
	struct query *q = query(s, "INSERT OR REPLACE INTO unfetched (account,"
				   " folder, uid, size) VALUES (?, ?, ?, ?)");

	query_bind_int(q, 1, account);
	query_bind_text(q, 2, folder);
	query_bind_int(q, 3, u->uid);
	query_bind_int(q, 4, (int64_t)u->size);
	return query_run(q, err);
}

static int drop_one(struct state *s, int64_t account, const char *folder,
		    uint32_t uid, struct error *err)
{
	struct query *q = query(s, "DELETE FROM unfetched WHERE account = ?"
				   " AND folder = ? AND uid = ?");

	query_bind_int(q, 1, account);
	query_bind_text(q, 2, folder);
	query_bind_int(q, 3, uid);
	return query_run(q, err);
}

/* Others may have been added since they were read. */
static int drop_settled(struct state *s, int64_t account, const char *folder,
			const struct watermark *w, struct error *err)
{
	struct query *q;

	for (size_t i = 0; i < w->n_settled; i++)
		if (drop_one(s, account, folder, w->settled[i], err) == -1)
			return -1;
	if (w->settled != NULL)
		return 0;
	q = query(s, "DELETE FROM unfetched WHERE account = ? AND folder = ?");
	query_bind_int(q, 1, account);
	query_bind_text(q, 2, folder);
	return query_run(q, err);
}

int state_set_watermark(struct state *s, int64_t account, const char *folder,
			const struct watermark *w, struct error *err)
{
	struct query *q = query(s, "INSERT OR REPLACE INTO watermark (account,"
				   " folder, uid_validity, uid_next,"
				   " said_next, said_messages)"
				   " VALUES (?, ?, ?, ?, ?, ?)");

	query_bind_int(q, 1, account);
	query_bind_text(q, 2, folder);
	query_bind_int(q, 3, w->uid_validity);
	query_bind_int(q, 4, w->uid_next);
	query_bind_int(q, 5, w->said_next);
	query_bind_int(q, 6, w->said_messages);
	if (query_run(q, err) == -1)
		return -1;
	if (drop_settled(s, account, folder, w, err) == -1)
		return -1;
	for (size_t i = 0; i < w->n_unfetched; i++)
		if (add_unfetched(s, account, folder, &w->unfetched[i], err) ==
		    -1)
			return -1;
	return 0;
}

int state_get_last_folder(struct state *s, int64_t account, char **out,
			  struct error *err)
{
	struct query *q = query(s, "SELECT folder FROM msg WHERE id = (SELECT"
				   " max(id) FROM msg WHERE account = ? AND"
				   " folder IS NOT NULL)");
	int rc;

	*out = NULL;
	query_bind_int(q, 1, account);
	rc = query_step(q, err);
	if (rc == 1)
		*out = query_copy(q, 0);
	query_reset(q);
	return rc == -1 ? -1 : 0;
}

int state_adopt_nameless(struct state *s, int64_t account, const char *folder,
			 int64_t *n_out, struct error *err)
{
	struct query *q = query(
		s, "UPDATE OR IGNORE msg SET folder = ?2,"
		   " uidl = CAST(?2 || ':0:' || CAST(uidl AS TEXT) AS BLOB)"
		   " WHERE account = ?1 AND account <> 0 AND folder IS NULL"
		   " AND length(uidl) > 0 AND"
		   " CAST(uidl AS TEXT) NOT GLOB '?*:[0-9]*:[0-9]*'");

	query_bind_int(q, 1, account);
	query_bind_text(q, 2, folder);
	if (query_run(q, err) == -1)
		return -1;
	*n_out = state_changes(s);
	return 0;
}

int state_forget_watermarks(struct state *s, int64_t account, struct error *err)
{
	struct query *q = query(s, "DELETE FROM watermark WHERE account = ?");

	query_bind_int(q, 1, account);
	if (query_run(q, err) == -1)
		return -1;
	q = query(s, "DELETE FROM unfetched WHERE account = ?");
	query_bind_int(q, 1, account);
	return query_run(q, err);
}

int state_forget_folders(struct state *s, int64_t account, struct error *err)
{
	struct query *q =
		query(s, "SELECT 1 FROM watermark WHERE account = ? LIMIT 1");
	int rc;

	query_bind_int(q, 1, account);
	rc = query_exists(q, err);
	if (rc != 1)
		return rc;
	if (state_begin(s, err) == -1)
		return -1;
	rc = state_forget_watermarks(s, account, err);
	if (rc == 0) {
		q = query(s, "UPDATE msg SET folder = NULL WHERE account = ?"
			     " AND folder IS NOT NULL");
		query_bind_int(q, 1, account);
		rc = query_run(q, err);
	}
	return state_end(s, rc, err);
}

uint32_t watermark_uid(struct slice uidl)
{
	uint64_t uid = 0;
	size_t at = uidl.len;

	while (at > 0 && ascii_is_digit(uidl.p[at - 1]))
		at--;
	for (; at < uidl.len && uid <= UINT32_MAX; at++)
		uid = uid * 10 + (uint64_t)(uidl.p[at] - '0');
	return uid > UINT32_MAX ? 0 : (uint32_t)uid;
}

int state_want_again(struct state *s, int64_t message, struct error *err)
{
	struct query *q = query(s, "SELECT account, folder, uidl, listed_size"
				   " FROM msg WHERE id = ? AND folder IS NOT"
				   " NULL AND uidl IS NOT NULL");
	struct unfetched u = {.uid = 0};
	char *folder = NULL;
	int64_t account = 0;
	int rc;

	query_bind_int(q, 1, message);
	rc = query_step(q, err);
	if (rc == 1) {
		account = query_int(q, 0);
		folder = query_copy(q, 1);
		u.uid = watermark_uid(query_blob(q, 2));
		u.size = (uint64_t)query_int(q, 3);
	}
	query_reset(q);
	if (u.uid != 0)
		rc = add_unfetched(s, account, folder, &u, err);
	free(folder);
	return rc == -1 ? -1 : 0;
}
