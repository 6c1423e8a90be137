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

/* About the row that the join found for an entry: bits of its flags. */
enum match {
	MATCH_DUE = 1,	    /* to be deleted on the server */
	MATCH_LAST = 2,	    /* fetched by the last session */
	MATCH_BACK = 4,	    /* it had gone: another may have its UIDL now */
	MATCH_SIZELESS = 8, /* by its UIDL alone: its size was not known */
};

/* A listing may have two million entries: no array is larger than needed. */
struct comparison {
	struct listing_todo *todo;
	const struct mailbox_listing *listing;
	const struct listing_policy *policy;
	uint32_t *order;      /* indexes of the entries, by UIDL and size */
	unsigned char *flags; /* by index */
};

struct key {
	struct slice uidl;
	uint64_t size;
};

static int compare_keys(const struct key *x, const struct key *y)
{
	int order = slice_compare(x->uidl, y->uidl);

	if (order != 0)
		return order;
	return (x->size > y->size) - (x->size < y->size);
}

static struct key key_of(const struct mailbox_listing *l, size_t index)
{
	const struct mailbox_entry *entry = &l->entries[index];

	return (struct key){mailbox_uidl(l, entry), entry->size};
}

static int compare_entries(const void *a, const void *b, void *listing)
{
	const uint32_t *x = a, *y = b;
	struct key one = key_of(listing, *x), other = key_of(listing, *y);

	return compare_keys(&one, &other);
}

static uint32_t *sort_entries(struct mailbox_listing l)
{
	uint32_t *order = xcalloc(l.n, sizeof(*order));

	for (size_t i = 0; i < l.n; i++)
		order[i] = (uint32_t)i;
	qsort_r(order, l.n, sizeof(*order), compare_entries, &l);
	return order;
}

static struct key key_at(const struct comparison *c, size_t at)
{
	return key_of(c->listing, c->order[at]);
}

/* A message that was only marked as seen is never due: we have no copy. */
bool listing_is_due(const struct seen *row, const struct listing_policy *policy)
{
	if (row->session == STATE_MARKED)
		return false;
	switch (policy->keep) {
	case KEEP_YES:
		return false;
	case KEEP_NO:
		return true;
	case KEEP_AGE:
		return policy->now - row->first_seen >= policy->keep_seconds;
	}
	return false;
}

static void set_match(struct comparison *c, size_t index,
		      const struct seen *row)
{
	unsigned flags = listing_is_due(row, c->policy) ? MATCH_DUE : 0;

	if (row->session == c->policy->last_session)
		flags |= MATCH_LAST;
	if (row->size == STATE_SIZE_UNKNOWN)
		flags |= MATCH_SIZELESS;
	c->flags[index] = (unsigned char)flags;
	c->todo->rows[index] = row->id;
}

/*
 * Is a row's UIDL listed with another size? `at` is where the row would be
 * among the sorted keys, beside the entries with its UIDL.
 */
static bool has_uidl(const struct comparison *c, size_t at, struct slice uidl,
		     size_t *entry_out)
{
	bool here = at < c->listing->n &&
		    slice_compare(key_at(c, at).uidl, uidl) == 0;

	if (!here &&
	    (at == 0 || slice_compare(key_at(c, at - 1).uidl, uidl) != 0))
		return false;
	*entry_out = c->order[here ? at : at - 1];
	return true;
}

static void add_gone(const struct comparison *c, const struct seen *row,
		     size_t at)
{
	struct listing_todo *todo = c->todo;
	struct listing_gone gone = {.id = row->id, .size = row->size};

	gone.resized = has_uidl(c, at, row->uidl, &gone.entry);
	xgrow(&todo->gone, todo->n_gone, sizeof(*todo->gone));
	todo->gone[todo->n_gone++] = gone;
	todo->n_resized += gone.resized;
}

static bool fits(const struct comparison *c, size_t at,
		 const struct key *wanted, bool sizeless)
{
	struct key key = key_at(c, at);

	return sizeless ? slice_compare(key.uidl, wanted->uidl) == 0
			: compare_keys(&key, wanted) == 0;
}

static bool is_before(const struct comparison *c, size_t at,
		      const struct key *wanted)
{
	struct key key = key_at(c, at);

	return compare_keys(&key, wanted) < 0;
}

bool listing_has(struct slice prefix, struct slice uidl)
{
	struct slice rest = slice_skip(uidl, prefix.len), validity;
	unsigned long long number;

	if (prefix.len == 0)
		return true;
	if (uidl.len < prefix.len || memcmp(uidl.p, prefix.p, prefix.len) != 0)
		return false;
	return slice_split(&rest, ':', &validity) &&
	       slice_number(validity, UINT32_MAX, &number) &&
	       (number == 0 || slice_number(rest, UINT32_MAX, &number));
}

/* Messages without a UIDL are known by content only; none matches here. */
static int join(struct comparison *c, struct state *state, struct error *err)
{
	size_t at = 0, n = c->listing->n;
	struct seen row;
	int rc;

	while ((rc = state_live_next(state, &row, err)) == 1) {
		bool sizeless = row.size == STATE_SIZE_UNKNOWN;
		struct key wanted = {row.uidl, sizeless ? 0 : row.size};
		bool listed = false;

		if (!listing_has(c->policy->prefix, row.uidl))
			continue;
		while (at < n && is_before(c, at, &wanted))
			at++;
		/* `at` stays: two rows may have the same UIDL and size. */
		for (size_t i = at;
		     i < n && row.uidl.len > 0 && fits(c, i, &wanted, sizeless);
		     i++) {
			set_match(c, c->order[i], &row);
			listed = true;
		}
		if (!listed && !c->policy->is_partial)
			add_gone(c, &row, at);
	}
	return rc;
}

static int find_gone(struct comparison *c, struct state *state,
		     struct error *err)
{
	const struct mailbox_listing *l = c->listing;
	struct listing_todo *todo = c->todo;

	for (size_t i = 0; i < l->n; i++) {
		const struct mailbox_entry *entry = &l->entries[i];
		struct seen row;
		int rc;

		if (todo->rows[i] != 0 || entry->uidl_len == 0)
			continue;
		rc = state_find_gone(state, c->policy->account,
				     mailbox_uidl(l, entry), entry->size, &row,
				     err);
		if (rc == -1)
			return -1;
		if (rc == 0)
			continue;
		set_match(c, i, &row);
		c->flags[i] |= MATCH_BACK;
		todo->unsure[i] = true;
		xgrow(&todo->back, todo->n_back, sizeof(*todo->back));
		todo->back[todo->n_back++] = row.id;
	}
	return 0;
}

static void add_fetch(struct listing_todo *todo,
		      const struct mailbox_entry *entry,
		      const struct listing_policy *policy)
{
	if (policy->max_size != 0 && entry->size > policy->max_size) {
		todo->n_too_large++;
		return;
	}
	if (policy->limit != 0 && (int64_t)todo->n_fetch >= policy->limit) {
		todo->fetch[todo->n_fetch + todo->n_left++] = entry;
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
static void add_known(const struct comparison *c, size_t index)
{
	const struct mailbox_entry *entry = &c->listing->entries[index];
	struct listing_todo *todo = c->todo;
	unsigned flags = c->flags[index];
	struct listing_known known = {.id = todo->rows[index],
				      .due = (flags & MATCH_DUE) != 0,
				      .back = (flags & MATCH_BACK) != 0};

	todo->n_known++;
	if (!known.due && !known.back)
		return;
	if (c->policy->has_top) {
		todo->known[todo->n_verify] = known;
		todo->verify[todo->n_verify++] = entry;
	} else if (!known.back && (flags & MATCH_LAST) != 0) {
		todo->remove[todo->n_remove++] = entry;
	} else {
		add_fetch(todo, entry, c->policy);
	}
}

static void add_sized(const struct comparison *c, size_t index)
{
	struct listing_todo *todo = c->todo;

	if ((c->flags[index] & MATCH_SIZELESS) == 0)
		return;
	xgrow(&todo->sized, todo->n_sized, sizeof(*todo->sized));
	todo->sized[todo->n_sized++] = (struct listing_sized){
		todo->rows[index], c->listing->entries[index].size};
}

static void allocate(struct listing_todo *todo, size_t n)
{
	memset(todo, 0, sizeof(*todo));
	todo->fetch = xcalloc(n, sizeof(struct mailbox_entry *));
	todo->verify = xcalloc(n, sizeof(struct mailbox_entry *));
	todo->known = xcalloc(n, sizeof(*todo->known));
	todo->remove = xcalloc(n, sizeof(struct mailbox_entry *));
	todo->rows = xcalloc(n, sizeof(*todo->rows));
	todo->unsure = xcalloc(n, sizeof(*todo->unsure));
}

static int find_matches(struct comparison *c, struct state *state,
			struct error *err)
{
	int rc;

	if (state_begin_reading(state, err) == -1)
		return -1;
	state_live_begin(state, c->policy->account, c->policy->prefix);
	rc = join(c, state, err);
	state_live_end(state);
	if (rc == 0)
		rc = find_gone(c, state, err);
	state_rollback(state);
	return rc;
}

int listing_compare(struct listing_todo *todo, const struct mailbox_listing *l,
		    struct state *state, const struct listing_policy *policy,
		    struct error *err)
{
	struct comparison c = {.todo = todo,
			       .listing = l,
			       .policy = policy,
			       .order = sort_entries(*l),
			       .flags = xcalloc(l->n, 1)};
	int rc;

	allocate(todo, l->n);
	rc = find_matches(&c, state, err);
	free(c.order);
	for (size_t i = 0; rc == 0 && i < l->n; i++) {
		add_sized(&c, i);
		if (todo->rows[i] != 0)
			add_known(&c, i);
		else
			add_fetch(todo, &l->entries[i], policy);
	}
	free(c.flags);
	return rc;
}

/* While new messages are left, they may still be some that have gone. */
static int age_gone(const struct listing_todo *todo, struct state *state,
		    const struct listing_policy *policy, struct error *err)
{
	/* A session with IMAP does this once for all folders: session.c. */
	if (todo->n_left > 0 || policy->prefix.len > 0)
		return 0;
	return state_age_gone(state, policy->account, policy->now, err);
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
	for (size_t i = 0; i < todo->n_sized; i++)
		if (state_set_size(state, todo->sized[i].id,
				   todo->sized[i].size, err) == -1)
			return -1;
	return age_gone(todo, state, policy, err);
}

int listing_record(const struct listing_todo *todo, struct state *state,
		   const struct listing_policy *policy, struct error *err)
{
	if (todo->n_back == 0 && todo->n_sized == 0)
		return age_gone(todo, state, policy, err);
	if (state_begin(state, err) == -1)
		return -1;
	return state_end(state, record_rows(todo, state, policy, err), err);
}

static int set_gone(const struct listing_todo *todo, struct state *state,
		    const struct listing_policy *policy, struct error *err)
{
	for (size_t i = 0; i < todo->n_gone; i++)
		if (!todo->gone[i].found &&
		    state_set_gone(state, todo->gone[i].id, policy->now, err) ==
			    -1)
			return -1;
	return 0;
}

int listing_record_gone(const struct listing_todo *todo, struct state *state,
			const struct listing_policy *policy, struct error *err)
{
	if (todo->n_gone == 0 || todo->n_left > 0)
		return 0;
	if (state_begin(state, err) == -1)
		return -1;
	return state_end(state, set_gone(todo, state, policy, err), err);
}

void listing_release(struct listing_todo *todo)
{
	free(todo->fetch);
	free(todo->verify);
	free(todo->known);
	free(todo->remove);
	free(todo->rows);
	free(todo->unsure);
	free(todo->gone);
	free(todo->sized);
	free(todo->back);
	memset(todo, 0, sizeof(*todo));
}
