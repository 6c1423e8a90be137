/* SPDX-License-Identifier: ISC */
#include "state/attempt.h"

#include <stdlib.h>
#include <string.h>

#include "state/db.h"
#include "util/xalloc.h"

#include "util/banned.h"

#define SQL_ATTEMPTS_MAX "2"
_Static_assert(ATTEMPTS_MAX == 2, "SQL says the same number");

static void get_attempt(struct query *q, struct attempt *out)
{
	struct slice uidl = query_blob(q, 0);

	memset(out, 0, sizeof(*out));
	out->uidl = slice_of(xmemdup0(uidl.p, uidl.len), uidl.len);
	out->size = (uint64_t)query_int(q, 1);
	out->failures = query_int(q, 2);
	out->last = query_int(q, 3);
	out->next = query_int(q, 4);
	out->keep = query_int(q, 5) != 0;
	out->alone = query_int(q, 6) != 0;
	out->has_sha256 = !query_is_null(q, 7);
	query_digest(q, 7, out->sha256);
	out->trouble = query_copy(q, 8);
}

int state_get_attempts(struct state *s, int64_t account, struct attempts *out,
		       struct error *err)
{
	struct query *q = query(s, "SELECT uidl, size, failures, last, next,"
				   " keep, alone, sha256, trouble FROM attempt"
				   " WHERE account = ? ORDER BY uidl, size");
	int rc;

	memset(out, 0, sizeof(*out));
	query_bind_int(q, 1, account);
	while ((rc = query_step(q, err)) == 1) {
		xgrow(&out->list, out->n, sizeof(*out->list));
		get_attempt(q, &out->list[out->n++]);
	}
	query_reset(q);
	return rc;
}

void attempts_release(struct attempts *attempts)
{
	for (size_t i = 0; i < attempts->n; i++) {
		free((char *)(uintptr_t)attempts->list[i].uidl.p);
		free(attempts->list[i].trouble);
	}
	free(attempts->list);
	memset(attempts, 0, sizeof(*attempts));
}

static int compare(const void *a, const void *b)
{
	const struct attempt *x = a, *y = b;
	int order = slice_compare(x->uidl, y->uidl);

	if (order != 0)
		return order;
	return (x->size > y->size) - (x->size < y->size);
}

struct attempt *attempts_find(const struct attempts *attempts,
			      struct slice uidl, uint64_t size)
{
	struct attempt wanted = {.uidl = uidl, .size = size};

	if (attempts->n == 0)
		return NULL;
	return bsearch(&wanted, attempts->list, attempts->n, sizeof(wanted),
		       compare);
}

bool attempt_is_left(const struct attempt *attempt)
{
	return attempt->keep || attempt->failures >= ATTEMPTS_MAX;
}

int state_set_attempt(struct state *s, int64_t account,
		      const struct attempt *attempt, struct error *err)
{
	struct query *q =
		query(s, "INSERT OR REPLACE INTO attempt (account, uidl, size,"
			 " failures, last, next, keep, alone, sha256, trouble)"
			 " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

	query_bind_int(q, 1, account);
	query_bind_blob(q, 2, attempt->uidl);
	query_bind_int(q, 3, (int64_t)attempt->size);
	query_bind_int(q, 4, attempt->failures);
	query_bind_int(q, 5, attempt->last);
	query_bind_int(q, 6, attempt->next);
	query_bind_int(q, 7, attempt->keep);
	query_bind_int(q, 8, attempt->alone);
	if (attempt->has_sha256)
		query_bind_digest(q, 9, attempt->sha256);
	else
		query_bind_text(q, 9, NULL);
	query_bind_text(q, 10, attempt->trouble);
	return query_run(q, err);
}

int state_forget_attempt(struct state *s, int64_t account, struct slice uidl,
			 uint64_t size, struct error *err)
{
	struct query *q = query(s, "DELETE FROM attempt WHERE account = ?"
				   " AND uidl = ? AND size = ?");

	query_bind_int(q, 1, account);
	query_bind_blob(q, 2, uidl);
	query_bind_int(q, 3, (int64_t)size);
	return query_run(q, err);
}

int state_count_left(struct state *s, int64_t account, int64_t *n_out,
		     struct error *err)
{
	struct query *q =
		query(s, "SELECT count(*) FROM attempt WHERE account = ?"
			 " AND (keep = 1 OR failures >= " SQL_ATTEMPTS_MAX ")");

	query_bind_int(q, 1, account);
	return query_one_int(q, n_out, err);
}

int state_set_doubt(struct state *s, int64_t account, struct slice uidl,
		    uint64_t size, bool doubt, struct error *err)
{
	struct query *q = query(s, "UPDATE msg SET doubt = ?"
				   " WHERE account = ? AND uidl = ?"
				   " AND listed_size = ?");

	query_bind_int(q, 1, doubt);
	query_bind_int(q, 2, account);
	query_bind_blob(q, 3, uidl);
	query_bind_int(q, 4, (int64_t)size);
	return query_run(q, err);
}

int state_has_doubts(struct state *s, int64_t account, struct error *err)
{
	struct query *q = query(s, "SELECT 1 FROM msg WHERE account = ?"
				   " AND doubt = 1 LIMIT 1");

	query_bind_int(q, 1, account);
	return query_exists(q, err);
}

int state_is_doubtful(struct state *s, int64_t account, struct slice uidl,
		      uint64_t size, struct error *err)
{
	struct query *q = query(s, "SELECT 1 FROM msg WHERE account = ?"
				   " AND uidl = ? AND listed_size = ?"
				   " AND doubt = 1 LIMIT 1");

	query_bind_int(q, 1, account);
	query_bind_blob(q, 2, uidl);
	query_bind_int(q, 3, (int64_t)size);
	return query_exists(q, err);
}
