/* SPDX-License-Identifier: ISC */
#include "state/mailbox.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "state/db.h"
#include "state/watermark.h"
#include "util/ascii.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Before the final names are given; no configured name can be like it. */
#define TEMPORARY_NAME "'\x01' || id"

/* A row, and the account of the configuration that it is. */
struct row {
	int64_t id;
	char *name, *host, *user; /* host is NULL in rows of older databases */
	const struct account *account;
};

/* An account of the configuration, and what its row must have. */
struct wanted {
	const struct account *account;
	char *host, *user;
	struct row *row;
};

struct pairing {
	struct row *rows;
	size_t n_rows;
	struct wanted *wanted;
	size_t n_wanted;
};

static bool is_loopback(const char *host)
{
	struct in_addr v4;

	return strcmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 ||
	       (inet_pton(AF_INET, host, &v4) == 1 &&
		ntohl(v4.s_addr) >> 24 == 127);
}

/* Behind a loopback address there are tunnels, which the port tells apart. */
static char *host_of(const struct account *a)
{
	struct slice host = slice_str(a->host == NULL ? "" : a->host);
	struct buf b = BUF_INIT(host.len + 16);

	if (host.len > 2 && host.p[0] == '[' && host.p[host.len - 1] == ']')
		host = slice_of(host.p + 1, host.len - 2);
	if (host.len > 1 && host.p[host.len - 1] == '.')
		host.len--;
	buf_add(&b, host.p, host.len);
	buf_terminate(&b);
	ascii_lower_bytes(b.s, b.len);
	if (is_loopback(b.s))
		buf_addf(&b, ":%d", a->port);
	return buf_detach(&b);
}

/* Only the domain of an address does not depend on the case of letters. */
static char *user_of(const struct account *a)
{
	char *user = xstrdup(a->user == NULL ? "" : a->user);
	char *at = strrchr(user, '@');

	if (at != NULL)
		ascii_lower_bytes(at, strlen(at));
	return user;
}

static void want(struct wanted *w, const struct account *a)
{
	*w = (struct wanted){a, host_of(a), user_of(a), NULL};
}

static void release(struct pairing *p)
{
	for (size_t i = 0; i < p->n_rows; i++) {
		free(p->rows[i].name);
		free(p->rows[i].host);
		free(p->rows[i].user);
	}
	for (size_t i = 0; i < p->n_wanted; i++) {
		free(p->wanted[i].host);
		free(p->wanted[i].user);
	}
	free(p->rows);
	free(p->wanted);
}

static int load(struct state *s, struct pairing *p, struct error *err)
{
	struct query *q = query(
		s, "SELECT id, name, host, user FROM account ORDER BY id");
	int rc;

	while ((rc = query_step(q, err)) == 1) {
		xgrow(&p->rows, p->n_rows, sizeof(*p->rows));
		p->rows[p->n_rows++] = (struct row){
			.id = query_int(q, 0),
			.name = query_copy(q, 1),
			.host = query_copy(q, 2),
			.user = query_copy(q, 3),
		};
	}
	query_reset(q);
	return rc;
}

static bool is_mailbox(const struct row *row, const struct wanted *w)
{
	return row->host != NULL && row->user != NULL &&
	       strcmp(row->host, w->host) == 0 &&
	       strcmp(row->user, w->user) == 0;
}

static bool has_name(const struct row *row, const struct wanted *w)
{
	return strcmp(row->name, w->account->name) == 0;
}

/* In the order of what they are worth. */
enum proof { SAME_ALL, SAME_MAILBOX, SAME_OLD_NAME, PROOFS };

static bool fits(const struct row *row, const struct wanted *w,
		 enum proof proof)
{
	switch (proof) {
	case SAME_ALL:
		return has_name(row, w) && is_mailbox(row, w);
	case SAME_MAILBOX:
		return is_mailbox(row, w);
	case SAME_OLD_NAME:
		return row->host == NULL && has_name(row, w);
	case PROOFS:
		break;
	}
	return false;
}

static void find_row(struct pairing *p, struct wanted *w, enum proof proof)
{
	for (size_t i = 0; w->row == NULL && i < p->n_rows; i++) {
		struct row *row = &p->rows[i];

		if (row->account == NULL && fits(row, w, proof)) {
			row->account = w->account;
			w->row = row;
		}
	}
}

static void pair(struct pairing *p)
{
	for (enum proof proof = SAME_ALL; proof < PROOFS; proof++)
		for (size_t i = 0; i < p->n_wanted; i++)
			find_row(p, &p->wanted[i], proof);
}

static bool is_right(const struct wanted *w)
{
	return w->row == NULL || fits(w->row, w, SAME_ALL);
}

/* A mailbox loses its name to another one, and gets one that says more. */
static int displace(struct state *s, const char *name, struct error *err)
{
	struct query *q = query(
		s, "UPDATE OR IGNORE account SET name = name || ' (' ||"
		   " CASE WHEN user IS NULL THEN 'before' WHEN user LIKE '%@%'"
		   " THEN user ELSE user || '@' || host END || ')'"
		   " WHERE name = ?");

	query_bind_text(q, 1, name);
	if (query_run(q, err) == -1)
		return -1;
	q = query(s, "UPDATE account SET name = name || ' (before, ' || id ||"
		     " ')' WHERE name = ?");
	query_bind_text(q, 1, name);
	return query_run(q, err);
}

static int set_temporary_name(struct state *s, int64_t id, struct error *err)
{
	struct query *q = query(s, "UPDATE account SET name = " TEMPORARY_NAME
				   " WHERE id = ?");

	query_bind_int(q, 1, id);
	return query_run(q, err);
}

static int set_name(struct state *s, const struct wanted *w, struct error *err)
{
	struct query *q = query(s, "UPDATE account SET name = ?, host = ?,"
				   " user = ? WHERE id = ?");

	query_bind_text(q, 1, w->account->name);
	query_bind_text(q, 2, w->host);
	query_bind_text(q, 3, w->user);
	query_bind_int(q, 4, w->row->id);
	return query_run(q, err);
}

/* In two steps: two accounts may have swapped their names. */
static int rename_all(struct state *s, const struct pairing *p,
		      struct error *err)
{
	for (size_t i = 0; i < p->n_wanted; i++)
		if (!is_right(&p->wanted[i]) &&
		    set_temporary_name(s, p->wanted[i].row->id, err) == -1)
			return -1;
	for (size_t i = 0; i < p->n_wanted; i++)
		if (!is_right(&p->wanted[i]) &&
		    (displace(s, p->wanted[i].account->name, err) == -1 ||
		     set_name(s, &p->wanted[i], err) == -1))
			return -1;
	return 0;
}

static int pair_all(struct state *s, const struct account *accounts, size_t n,
		    struct pairing *p, struct error *err)
{
	memset(p, 0, sizeof(*p));
	p->wanted = xcalloc(n, sizeof(*p->wanted));
	p->n_wanted = n;
	for (size_t i = 0; i < n; i++)
		want(&p->wanted[i], &accounts[i]);
	if (load(s, p, err) == -1)
		return -1;
	pair(p);
	return 0;
}

static bool all_right(const struct pairing *p)
{
	for (size_t i = 0; i < p->n_wanted; i++)
		if (!is_right(&p->wanted[i]))
			return false;
	return true;
}

static void finish(struct pairing *p, int64_t *ids_out)
{
	for (size_t i = 0; ids_out != NULL && i < p->n_wanted; i++)
		ids_out[i] =
			p->wanted[i].row == NULL ? 0 : p->wanted[i].row->id;
	release(p);
}

int state_name_accounts(struct state *s, const struct account *accounts,
			size_t n, int64_t *ids_out, struct error *err)
{
	struct pairing p;
	int rc = pair_all(s, accounts, n, &p, err);

	if (rc == 0 && !all_right(&p)) {
		rc = state_begin(s, err);
		if (rc == 0)
			rc = state_end(s, rename_all(s, &p, err), err);
	}
	finish(&p, ids_out);
	return rc;
}

/* SQLite finds a temporary table before the one in the file. */
int state_show_accounts(struct state *s, const struct account *accounts,
			size_t n, int64_t *ids_out, struct error *err)
{
	struct pairing p;
	int rc = pair_all(s, accounts, n, &p, err);

	if (rc == 0 && !all_right(&p)) {
		rc = db_run(s,
			    "PRAGMA temp_store = MEMORY; CREATE TEMP TABLE"
			    " account AS SELECT * FROM main.account",
			    err);
		if (rc == 0)
			rc = rename_all(s, &p, err);
	}
	finish(&p, ids_out);
	return rc;
}

int state_list_left(struct state *s, const struct account *accounts, size_t n,
		    int64_t **ids_out, size_t *n_out, struct error *err)
{
	struct pairing p;
	int rc = pair_all(s, accounts, n, &p, err);

	*ids_out = NULL;
	*n_out = 0;
	for (size_t i = 0; rc == 0 && i < p.n_rows; i++) {
		if (p.rows[i].account != NULL)
			continue;
		xgrow(ids_out, *n_out, sizeof(**ids_out));
		(*ids_out)[(*n_out)++] = p.rows[i].id;
	}
	release(&p);
	return rc;
}

/* Another process may have added it meanwhile. */
static int find_added(struct state *s, const struct wanted *w, int64_t *id_out,
		      struct error *err)
{
	struct query *q = query(s, "SELECT id FROM account WHERE name = ?"
				   " AND host = ? AND user = ?");

	query_bind_text(q, 1, w->account->name);
	query_bind_text(q, 2, w->host);
	query_bind_text(q, 3, w->user);
	return query_one_int(q, id_out, err);
}

static int add(struct state *s, const struct wanted *w, int64_t *id_out,
	       struct error *err)
{
	const char *name = w->account->name;
	struct query *q;
	int64_t former;

	if (find_added(s, w, id_out, err) == -1)
		return -1;
	if (*id_out != 0)
		return 0;
	q = query(s, "SELECT id FROM account WHERE name = ?");
	query_bind_text(q, 1, name);
	if (query_one_int(q, &former, err) == -1 ||
	    displace(s, name, err) == -1)
		return -1;
	q = query(s, "INSERT INTO account (name, host, user, former)"
		     " VALUES (?, ?, ?, ?)");
	query_bind_text(q, 1, name);
	query_bind_text(q, 2, w->host);
	query_bind_text(q, 3, w->user);
	query_bind_int(q, 4, former);
	if (query_run(q, err) == -1)
		return -1;
	*id_out = state_last_id(s);
	return 0;
}

int state_add_account(struct state *s, const struct account *a, int64_t *id_out,
		      struct error *err)
{
	struct wanted w;
	int rc = state_begin(s, err);

	want(&w, a);
	if (rc == 0)
		rc = state_end(s, add(s, &w, id_out, err), err);
	free(w.host);
	free(w.user);
	return rc;
}

int state_get_former(struct state *s, int64_t account, int64_t *id_out,
		     struct error *err)
{
	struct query *q = query(s, "SELECT former FROM account WHERE id = ?1"
				   " AND former IN (SELECT id FROM account)");

	query_bind_int(q, 1, account);
	return query_one_int(q, id_out, err);
}

int state_get_name(struct state *s, int64_t account, char *out, size_t size,
		   struct error *err)
{
	struct query *q = query(s, "SELECT name FROM account WHERE id = ?");
	int rc;

	query_bind_int(q, 1, account);
	rc = query_step(q, err);
	(void)snprintf(out, size, "%s", rc == 1 ? query_text(q, 0) : "");
	query_reset(q);
	return rc == -1 ? -1 : 0;
}

static int run_for(struct query *q, int64_t account, struct error *err)
{
	query_bind_int(q, 1, account);
	return query_run(q, err);
}

int state_drop_former(struct state *s, int64_t account, struct error *err)
{
	struct query *q =
		query(s, "UPDATE account SET former = 0 WHERE id = ?");

	return run_for(q, account, err);
}

/* Rows of one table go from one account to another. */
static int move_rows(struct query *q, int64_t from, int64_t into,
		     struct error *err)
{
	query_bind_int(q, 1, into);
	query_bind_int(q, 2, from);
	return query_run(q, err);
}

/* Where both accounts have a row of the same key, that of `into` stays. */
int state_merge_account(struct state *s, int64_t from, int64_t into,
			struct error *err)
{
	struct query *q;

	if (move_rows(query(s, "UPDATE OR IGNORE msg SET account = ?"
			       " WHERE account = ?"),
		      from, into, err) == -1 ||
	    move_rows(query(s, "UPDATE OR IGNORE attempt SET account = ?"
			       " WHERE account = ?"),
		      from, into, err) == -1 ||
	    state_forget_watermarks(s, from, err) == -1 ||
	    state_forget_watermarks(s, into, err) == -1)
		return -1;
	/* Another account may get this id. */
	if (run_for(query(s, "DELETE FROM attempt WHERE account = ?"), from,
		    err) == -1 ||
	    run_for(query(s, "DELETE FROM told WHERE account = ?"), from,
		    err) == -1)
		return -1;
	q = query(s, "DELETE FROM account WHERE id = ?1 AND NOT EXISTS"
		     " (SELECT 1 FROM msg WHERE account = ?1)");
	if (run_for(q, from, err) == -1)
		return -1;
	return state_drop_former(s, into, err);
}
