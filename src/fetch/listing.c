/* SPDX-License-Identifier: ISC */
/*
 * A merge join tells known messages from new ones: the listing, sorted by
 * (UIDL, size), against the rows in the order of their index. The rows are
 * never held in memory, neither 100,000 known ones nor a million gone ones.
 */
#include "fetch/listing.h"

#include <stdlib.h>
#include <string.h>

#include "state/seen.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* The row that the join found for an entry of the listing. */
struct match {
	int64_t id; /* 0: not known */
	int64_t session;
	int64_t first_seen;
	bool back; /* it had gone: another message may have its UIDL now */
};

/* An entry with its key, for the sort. */
struct key {
	struct slice uidl;
	uint64_t size;
	size_t index;
};

static int compare_keys(const void *a, const void *b)
{
	const struct key *x = a, *y = b;
	int order = slice_compare(x->uidl, y->uidl);

	if (order != 0)
		return order;
	return (x->size > y->size) - (x->size < y->size);
}

static struct key *sort_keys(const struct pop3_listing *l)
{
	struct key *keys = xcalloc(l->n, sizeof(*keys));

	for (size_t i = 0; i < l->n; i++) {
		keys[i].uidl = pop3_uidl(l, &l->entries[i]);
		keys[i].size = l->entries[i].size;
		keys[i].index = i;
	}
	qsort(keys, l->n, sizeof(*keys), compare_keys);
	return keys;
}

static void set_match(struct match *m, const struct seen *row)
{
	m->id = row->id;
	m->session = row->session;
	m->first_seen = row->first_seen;
}

/*
 * Is a row's UIDL listed with another size? `at` is where the row would be
 * among the sorted keys, beside the entries with its UIDL.
 */
static bool has_uidl(const struct key *keys, size_t n, size_t at,
		     struct slice uidl)
{
	return (at < n && slice_compare(keys[at].uidl, uidl) == 0) ||
	       (at > 0 && slice_compare(keys[at - 1].uidl, uidl) == 0);
}

static void add_gone(struct listing_todo *todo, int64_t id, bool resized)
{
	xgrow(&todo->gone, todo->n_gone, sizeof(*todo->gone));
	todo->gone[todo->n_gone].id = id;
	todo->gone[todo->n_gone++].resized = resized;
	todo->n_resized += resized;
}

/* Messages without a UIDL are known by content only; none matches here. */
static int join(struct listing_todo *todo, const struct key *keys, size_t n,
		struct match *matches, struct state *state, struct error *err)
{
	size_t at = 0;
	struct seen row;
	int rc;

	while ((rc = state_live_next(state, &row, err)) == 1) {
		struct key wanted = {row.uidl, row.size, 0};
		bool listed = false;

		while (at < n && compare_keys(&keys[at], &wanted) < 0)
			at++;
		/* `at` stays: two rows may have the same UIDL and size. */
		for (size_t i = at; i < n && row.uidl.len > 0 &&
				    compare_keys(&keys[i], &wanted) == 0;
		     i++) {
			set_match(&matches[keys[i].index], &row);
			listed = true;
		}
		if (!listed)
			add_gone(todo, row.id, has_uidl(keys, n, at, row.uidl));
	}
	return rc;
}

static int find_gone(struct listing_todo *todo, const struct pop3_listing *l,
		     struct match *matches, struct state *state,
		     const struct listing_policy *policy, struct error *err)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct pop3_entry *entry = &l->entries[i];
		struct seen row;
		int rc;

		if (matches[i].id != 0 || entry->uidl_len == 0)
			continue;
		rc = state_find_gone(state, policy->account,
				     pop3_uidl(l, entry), entry->size, &row,
				     err);
		if (rc == -1)
			return -1;
		if (rc == 0)
			continue;
		set_match(&matches[i], &row);
		matches[i].back = true;
		xgrow(&todo->back, todo->n_back, sizeof(*todo->back));
		todo->back[todo->n_back++] = row.id;
	}
	return 0;
}

/* A message that was only marked as seen is never due: we have no copy. */
static bool is_due(const struct match *m, const struct listing_policy *policy)
{
	if (m->session == STATE_MARKED)
		return false;
	switch (policy->keep) {
	case KEEP_YES:
		return false;
	case KEEP_NO:
		return true;
	case KEEP_AGE:
		return policy->now - m->first_seen >= policy->keep_seconds;
	}
	return false;
}

static void add_fetch(struct listing_todo *todo, const struct pop3_entry *entry,
		      const struct listing_policy *policy)
{
	if (policy->max_size != 0 && entry->size > policy->max_size) {
		todo->n_too_large++;
		return;
	}
	if (policy->limit != 0 && (int64_t)todo->n_fetch >= policy->limit) {
		todo->n_left++;
		return;
	}
	todo->fetch[todo->n_fetch++] = entry;
	todo->fetch_bytes += entry->size;
}

/*
 * A known message needs nothing, unless it is due to be deleted or was gone
 * and is back. Then it must be verified, because some servers reuse UIDLs: by
 * its header or, without TOP, by fetching it once more. Without TOP a message
 * that the last session has fetched is deleted unverified: fetching it again
 * in every session would never end.
 */
static void add_known(struct listing_todo *todo, const struct pop3_entry *entry,
		      const struct match *m,
		      const struct listing_policy *policy)
{
	struct listing_known known = {
		.id = m->id, .due = is_due(m, policy), .back = m->back};

	todo->n_known++;
	if (!known.due && !m->back)
		return;
	if (policy->has_top) {
		todo->known[todo->n_verify] = known;
		todo->verify[todo->n_verify++] = entry;
	} else if (!m->back && m->session == policy->last_session) {
		todo->remove[todo->n_remove++] = entry;
	} else {
		add_fetch(todo, entry, policy);
	}
}

static void allocate(struct listing_todo *todo, size_t n)
{
	memset(todo, 0, sizeof(*todo));
	todo->fetch = xcalloc(n, sizeof(struct pop3_entry *));
	todo->verify = xcalloc(n, sizeof(struct pop3_entry *));
	todo->known = xcalloc(n, sizeof(*todo->known));
	todo->remove = xcalloc(n, sizeof(struct pop3_entry *));
	todo->is_known = xcalloc(n, sizeof(*todo->is_known));
}

int listing_compare(struct listing_todo *todo, const struct pop3_listing *l,
		    struct state *state, const struct listing_policy *policy,
		    struct error *err)
{
	struct match *matches = xcalloc(l->n, sizeof(*matches));
	struct key *keys = sort_keys(l);
	int rc;

	allocate(todo, l->n);
	state_live_begin(state, policy->account);
	rc = join(todo, keys, l->n, matches, state, err);
	state_live_end(state);
	if (rc == 0)
		rc = find_gone(todo, l, matches, state, policy, err);
	for (size_t i = 0; rc == 0 && i < l->n; i++) {
		todo->is_known[i] = matches[i].id != 0;
		if (todo->is_known[i])
			add_known(todo, &l->entries[i], &matches[i], policy);
		else
			add_fetch(todo, &l->entries[i], policy);
	}
	free(keys);
	free(matches);
	return rc;
}

static int record_rows(const struct listing_todo *todo, struct state *state,
		       const struct listing_policy *policy, struct error *err)
{
	/*
	 * Before state_age_gone(), which must not forget messages that are
	 * listed again. They count as present only when verified.
	 */
	for (size_t i = 0; i < todo->n_back; i++)
		if (state_set_back(state, todo->back[i], policy->now, err) ==
		    -1)
			return -1;
	if (state_age_gone(state, policy->account, policy->now, err) == -1)
		return -1;
	for (size_t i = 0; i < todo->n_gone; i++)
		if (state_set_gone(state, todo->gone[i].id, policy->now, err) ==
		    -1)
			return -1;
	return 0;
}

int listing_record(const struct listing_todo *todo, struct state *state,
		   const struct listing_policy *policy, struct error *err)
{
	if (todo->n_gone == 0 && todo->n_back == 0)
		return state_age_gone(state, policy->account, policy->now, err);
	if (state_begin(state, err) == -1)
		return -1;
	return state_end(state, record_rows(todo, state, policy, err), err);
}

void listing_release(struct listing_todo *todo)
{
	free(todo->fetch);
	free(todo->verify);
	free(todo->known);
	free(todo->remove);
	free(todo->is_known);
	free(todo->gone);
	free(todo->back);
	memset(todo, 0, sizeof(*todo));
}
