/* SPDX-License-Identifier: ISC */
/*
 * A damaged table is read from both ends, because a page that cannot be read
 * hides all rows behind it.
 */
#include "state/repair.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "state/columns.h"
#include "state/db.h"
#include "state/queue.h"
#include "state/seen.h"
#include "util/clock.h"
#include "util/io.h"

#include "util/banned.h"

#define COLUMNS                                                                 \
	"SELECT id, account, uidl, listed_size, size, sha256, identity, state," \
	" spool, session, first_seen, gone, gone_since FROM msg"

/* 0 at the end, 1 when reading failed, -1 when writing failed. */
static int copy_names(struct query *q, struct state *to, struct error *err)
{
	struct error unread = ERROR_INIT;
	int rc;

	while ((rc = query_step(q, &unread)) == 1) {
		struct query *add = query(to, "INSERT INTO account"
					      " (id, name, host, user)"
					      " VALUES (?, ?, ?, ?)"
					      " ON CONFLICT DO NOTHING");

		query_bind_int(add, 1, query_int(q, 0));
		query_bind_text(add, 2, query_text(q, 1));
		for (int i = 2; i <= 3; i++)
			query_bind_text(add, i + 1,
					query_is_null(q, i) ? NULL
							    : query_text(q, i));
		if (query_run(add, err) == -1)
			return -1;
	}
	query_reset(q);
	return rc == -1;
}

/* Accounts of older databases have a name only. */
static int copy_accounts(struct state *from, struct state *to,
			 struct salvage *out, struct error *err)
{
	int rc = copy_names(
		query(from, "SELECT id, name, host, user FROM account"), to,
		err);

	if (rc == 1)
		rc = copy_names(query(from, "SELECT id, name, NULL, NULL"
					    " FROM account"),
				to, err);
	if (rc == 1)
		out->whole = false;
	return rc == -1 ? -1 : 0;
}

static struct slice optional_blob(struct query *q, int column)
{
	return query_is_null(q, column) ? slice_of(NULL, 0)
					: query_blob(q, column);
}

/*
 * Copy the rows that `read` gives with the statement `write`, which takes as
 * many values. A column is 'i' an integer, 't' text, 'b' bytes; NULL stays.
 * Older databases do not have these tables or columns: that is no error.
 */
static int copy_table(struct state *from, struct state *to, const char *read,
		      const char *write, const char *columns, struct error *err)
{
	struct error unread = ERROR_INIT;
	struct query *q = query(from, read);

	while (query_step(q, &unread) == 1) {
		struct query *add = query(to, write);

		for (int i = 0; columns[i] != '\0'; i++) {
			bool null = query_is_null(q, i);

			if (columns[i] == 'i')
				query_bind_int(add, i + 1, query_int(q, i));
			else if (columns[i] == 't')
				query_bind_text(add, i + 1,
						null ? NULL : query_text(q, i));
			else
				query_bind_blob(add, i + 1,
						optional_blob(q, i));
		}
		if (query_run(add, err) == -1)
			return -1;
	}
	query_reset(q);
	return 0;
}

/* How often rules applied. */
static int copy_rules(struct state *from, struct state *to, struct error *err)
{
	return copy_table(from, to, "SELECT name, since, hits, last FROM rule",
			  "INSERT INTO rule (name, since, hits, last)"
			  " VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
			  "tiii", err);
}

/*
 * The list of answered senders. Messages get new ids, so no answer can still
 * be on its way.
 */
static int copy_answers(struct state *from, struct state *to, struct error *err)
{
	return copy_table(from, to,
			  "SELECT key, rule, sender, at FROM vacation"
			  " WHERE typeof(key) = 'blob'",
			  "INSERT INTO vacation (key, rule, sender, at,"
			  " message) VALUES (?, ?, ?, ?, 0)"
			  " ON CONFLICT DO NOTHING",
			  "btti", err);
}

/* Digests of bodies, and doubts. */
static int copy_bodies(struct state *from, struct state *to, struct error *err)
{
	return copy_table(from, to,
			  "SELECT account, uidl, sha256, body, doubt FROM msg"
			  " WHERE (body IS NOT NULL OR doubt = 1)"
			  " AND uidl IS NOT NULL",
			  "UPDATE msg SET body = ?4, doubt = ?5"
			  " WHERE account = ?1 AND uidl = ?2 AND sha256 = ?3",
			  "ibbbi", err);
}

/* Folder, time, flags and id from IMAP. Folders are listed anew afterwards. */
static int copy_places(struct state *from, struct state *to, struct error *err)
{
	return copy_table(from, to,
			  "SELECT account, uidl, sha256, folder, arrived,"
			  " server_flags, server_id FROM msg"
			  " WHERE folder IS NOT NULL AND uidl IS NOT NULL",
			  "UPDATE msg SET folder = ?4, arrived = ?5,"
			  " server_flags = ?6, server_id = ?7"
			  " WHERE account = ?1 AND uidl = ?2 AND sha256 = ?3",
			  "ibbtiit", err);
}

/* Messages that must stay on the server, or could not be fetched. */
static int copy_attempts(struct state *from, struct state *to,
			 struct error *err)
{
	return copy_table(from, to,
			  "SELECT uidl, sha256, account, size, failures, last,"
			  " next, keep, alone, trouble FROM attempt"
			  " WHERE typeof(uidl) = 'blob'",
			  "INSERT INTO attempt (uidl, sha256, account, size,"
			  " failures, last, next, keep, alone, trouble)"
			  " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
			  " ON CONFLICT DO NOTHING",
			  "bbiiiiiiit", err);
}

/* Can this be a row that we wrote? A damaged page returns anything. */
static bool is_sane(struct query *q)
{
	int64_t state = query_int(q, 7);

	return query_int(q, 1) >= 0 && query_blob(q, 2).len <= STATE_UIDL_MAX &&
	       query_int(q, 3) >= -1 && query_int(q, 4) >= 0 &&
	       query_blob(q, 5).len == HASH_SIZE &&
	       query_blob(q, 6).len == HASH_SIZE && state >= MSG_SPOOLED &&
	       state <= MSG_DONE && strlen(query_text(q, 8)) < 64;
}

/*
 * Rows of mail on disk that was being sorted are dropped: the mail is still
 * where it was.
 */
static bool is_needed(struct query *q)
{
	return query_is_null(q, 8) || strncmp(query_text(q, 8), "r-", 2) != 0;
}

static int copy_row(struct query *q, struct state *to, struct error *err)
{
	bool waits = !query_is_null(q, 8);
	struct query *add =
		query(to, "INSERT INTO msg (account, uidl,"
			  " listed_size, size, sha256, identity, state,"
			  " spool, session, first_seen, gone,"
			  " gone_since) VALUES (?, ?, ?, ?, ?, ?, ?,"
			  " ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");

	query_bind_int(add, 1, query_int(q, 1));
	query_bind_blob(add, 2, optional_blob(q, 2));
	query_bind_int(add, 3, query_int(q, 3));
	query_bind_int(add, 4, query_int(q, 4));
	query_bind_blob(add, 5, query_blob(q, 5));
	query_bind_blob(add, 6, query_blob(q, 6));
	query_bind_int(add, 7, waits ? MSG_SPOOLED : MSG_DONE);
	query_bind_text(add, 8, waits ? query_text(q, 8) : NULL);
	query_bind_int(add, 9, query_int(q, 9));
	query_bind_int(add, 10, query_int(q, 10));
	query_bind_int(add, 11, query_int(q, 11));
	query_bind_int(add, 12,
		       query_is_null(q, 12) ? query_int(q, 10)
					    : query_int(q, 12));
	return query_run(add, err);
}

/*
 * Copy rows; *last is the last id. 0 at the end, 1 when reading failed before,
 * -1 when writing failed.
 */
static int copy_rows(struct query *q, struct state *to, int64_t *last,
		     struct salvage *out, struct error *err)
{
	struct error unread = ERROR_INIT;
	int rc;

	while ((rc = query_step(q, &unread)) == 1) {
		*last = query_int(q, 0);
		if (!is_sane(q)) {
			out->whole = false;
			continue;
		}
		if (!is_needed(q))
			continue;
		if (copy_row(q, to, err) == -1)
			return -1;
		out->rows += (size_t)state_changes(to);
	}
	query_reset(q);
	return rc == -1 ? 1 : 0;
}

int state_salvage(struct state *from, struct state *to, struct salvage *out,
		  struct error *err)
{
	int64_t last = 0, ignored;
	int rc;

	memset(out, 0, sizeof(*out));
	out->whole = true;
	if (copy_accounts(from, to, out, err) == -1 ||
	    copy_rules(from, to, err) == -1 ||
	    copy_answers(from, to, err) == -1)
		return -1;
	rc = copy_rows(query(from, COLUMNS " ORDER BY id"), to, &last, out,
		       err);
	if (rc == 1) {
		struct query *q =
			query(from, COLUMNS " WHERE id > ? ORDER BY id DESC");

		out->whole = false;
		query_bind_int(q, 1, last);
		rc = copy_rows(q, to, &ignored, out, err);
	}
	if (rc == -1 || copy_attempts(from, to, err) == -1 ||
	    copy_places(from, to, err) == -1)
		return -1;
	return copy_bodies(from, to, err);
}

int state_settle_found(struct state *s, int64_t *n_out, struct error *err)
{
	struct query *q =
		query(s, "UPDATE msg SET state = " SQL_DONE ", spool = NULL"
			 " WHERE spool IS NOT NULL AND EXISTS (SELECT 1"
			 " FROM found WHERE content ="
			 " substr(msg.sha256, 1, 8))");

	if (query_run(q, err) == -1)
		return -1;
	return state_queue_length(s, n_out, err);
}

/* With a link there is a database at every moment. */
static int keep_old(int fd, const char *dir, char aside[STATE_ASIDE_MAX],
		    struct error *err)
{
	static const char *const parts[] = {"-wal", "-shm", "-journal"};
	char from[STATE_ASIDE_MAX], to[STATE_ASIDE_MAX + 16];

	(void)snprintf(aside, STATE_ASIDE_MAX, STATE_FILE ".old-%lld",
		       (long long)clock_calendar_s());
	if (linkat(fd, STATE_FILE, fd, aside, 0) == -1) {
		if (errno != ENOENT)
			return error_errno(err, ERR_TEMPORARY,
					   "cannot keep %s/" STATE_FILE
					   " as %s",
					   dir, aside);
		aside[0] = '\0';
	}
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		(void)snprintf(from, sizeof(from), STATE_FILE "%s", parts[i]);
		(void)snprintf(to, sizeof(to), "%s%s",
			       aside[0] == '\0' ? STATE_FILE ".old" : aside,
			       parts[i]);
		if (renameat(fd, from, fd, to) == -1 && errno != ENOENT)
			return error_errno(err, ERR_TEMPORARY,
					   "cannot move %s/%s away", dir, from);
	}
	return 0;
}

int state_replace(const char *dir, char aside[STATE_ASIDE_MAX],
		  struct error *err)
{
	int fd = io_open_directory(AT_FDCWD, dir, err), rc;

	if (fd == -1)
		return -1;
	rc = keep_old(fd, dir, aside, err);
	if (rc == 0 && renameat(fd, STATE_FILE_NEW, fd, STATE_FILE) == -1)
		rc = error_errno(err, ERR_TEMPORARY,
				 "cannot rename %s/" STATE_FILE_NEW, dir);
	if (rc == 0)
		rc = io_sync(fd, dir, err);
	io_close_quietly(&fd);
	return rc;
}
