/* SPDX-License-Identifier: ISC */
/*
 * A message that was fetched may be one that is known. Servers that keep mail
 * in an mbox add fields to the header of what was read; others give it another
 * UIDL. It is the same when its identity and its body are those of a row that
 * is not listed, or with another size, or that has this entry's UIDL.
 */
#include <stdlib.h>
#include <string.h>

#include "fetch/known.h"
#include "mail/identity.h"
#include "state/seen.h"
#include "util/xalloc.h"

#include "util/banned.h"

/*
 * A row whose message may come under another UIDL, or with another size. There
 * may be as many as the mailbox has messages: all else is read when it is
 * needed.
 */
struct lost {
	unsigned char identity[HASH_SIZE];
	int64_t id;
	struct listing_gone *gone; /* NULL: it was not listed before */
	bool used;
};

static bool is_same(const struct seen *row, const struct received *r)
{
	return memcmp(row->identity, r->identity, HASH_SIZE) == 0 &&
	       identity_is_known(row->body) &&
	       memcmp(row->body, r->body, HASH_SIZE) == 0;
}

/* The user said that this message is known; its body never came. */
static bool is_marked(const struct seen *row, const struct received *r)
{
	return row->session == STATE_MARKED &&
	       memcmp(row->identity, r->identity, HASH_SIZE) == 0;
}

static int add_lost(struct fetch *f, int64_t id, struct listing_gone *gone,
		    struct error *err)
{
	struct lost *lost = &f->lost[f->n_lost];
	struct seen row;
	int rc = state_get_seen(f->state, id, &row, err);

	if (rc != 1 || !identity_is_known(row.identity))
		return rc == -1 ? -1 : 0;
	*lost = (struct lost){.id = id, .gone = gone};
	memcpy(lost->identity, row.identity, HASH_SIZE);
	f->n_lost++;
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct lost *x = a, *y = b;

	return memcmp(x->identity, y->identity, HASH_SIZE);
}

/*
 * Also messages that had disappeared before: a server that lists nothing for
 * once may have other UIDLs afterwards. Where mail is not kept, they were
 * deleted.
 */
static int list_leaving(struct fetch *f, int64_t **ids, size_t *n,
			struct error *err)
{
	*ids = NULL;
	*n = 0;
	if (f->policy.keep == KEEP_NO)
		return 0;
	return state_list_leaving(f->state, f->policy.account, ids, n, err);
}

/* Only when something is fetched, and once: usually there are few of them. */
static int load(struct fetch *f, struct error *err)
{
	struct listing_todo *todo = &f->todo;
	int64_t *ids;
	size_t n;
	int rc;

	if (f->lost != NULL)
		return 0;
	rc = list_leaving(f, &ids, &n, err);
	f->lost = xcalloc(todo->n_gone + n + 1, sizeof(*f->lost));
	for (size_t i = 0; rc == 0 && i < todo->n_gone; i++)
		rc = add_lost(f, todo->gone[i].id, &todo->gone[i], err);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = add_lost(f, ids[i], NULL, err);
	free(ids);
	if (f->n_lost > 0)
		qsort(f->lost, f->n_lost, sizeof(*f->lost), compare);
	return rc;
}

/* The first one whose identity is not less. */
static size_t lower_bound(const struct fetch *f,
			  const unsigned char identity[HASH_SIZE])
{
	size_t from = 0, to = f->n_lost;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (memcmp(f->lost[middle].identity, identity, HASH_SIZE) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static bool is_resized(const struct lost *lost, size_t entry)
{
	return lost->gone != NULL && lost->gone->resized &&
	       lost->gone->entry == entry;
}

/* Is it this message? 1, 0, -1. */
static int judge(struct fetch *f, const struct lost *lost, bool resized,
		 const struct received *r, struct error *err)
{
	bool refetch = f->job->account->uidl_change == UIDL_REFETCH;
	struct seen row;
	int rc = state_get_seen(f->state, lost->id, &row, err);

	if (rc != 1)
		return rc;
	if (resized)
		return is_same(&row, r) || is_marked(&row, r);
	return !refetch && is_same(&row, r);
}

/*
 * Among several equal ones, the one that had this entry's UIDL. *out is NULL
 * when there is none.
 */
static int find(struct fetch *f, size_t entry, const struct received *r,
		struct lost **out, struct error *err)
{
	*out = NULL;
	for (size_t i = lower_bound(f, r->identity); i < f->n_lost; i++) {
		struct lost *lost = &f->lost[i];
		bool resized = is_resized(lost, entry);
		int rc;

		if (memcmp(lost->identity, r->identity, HASH_SIZE) != 0)
			break;
		if (lost->used || (*out != NULL && !resized))
			continue;
		rc = judge(f, lost, resized, r, err);
		if (rc == -1)
			return -1;
		if (rc == 1)
			*out = lost;
		if (rc == 1 && resized)
			break;
	}
	return 0;
}

/* Moved or copied on the server, or in "All Mail" besides: it comes once. */
static int look_elsewhere(struct fetch *f, struct received *r,
			  struct error *err)
{
	int rc = 0;

	if (r->there.folder != NULL)
		rc = state_is_elsewhere(f->state, r, err);
	r->elsewhere = rc == 1;
	return rc == -1 ? -1 : 0;
}

int fetch_recognise(struct fetch *f, const struct mailbox_answer *answer,
		    struct received *r, struct error *err)
{
	size_t entry = (size_t)(answer->entry - f->listing.entries);
	int64_t id = f->todo.rows[entry];
	struct lost *lost;
	struct seen row;
	int rc = 0;

	identity_of_body(answer->head, answer->size, r->body);
	if (r->uidl.len == 0)
		return 0;
	if (id != 0)
		rc = state_get_seen(f->state, id, &row, err);
	if (rc == -1 || load(f, err) == -1)
		return -1;
	if (rc == 1 && is_same(&row, r)) {
		r->same_as = id;
		return 0;
	}
	if (find(f, entry, r, &lost, err) == -1)
		return -1;
	if (lost == NULL)
		return look_elsewhere(f, r, err);
	lost->used = true;
	if (lost->gone != NULL)
		lost->gone->found = true;
	r->same_as = lost->id;
	return 0;
}
