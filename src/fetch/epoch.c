/* SPDX-License-Identifier: ISC */
/*
 * A server that was moved or repaired gives every message a new UIDL, so that
 * everything looks new (A27 in tests/FAULTS.md). A message with the header and
 * the size of a known one keeps its row, under the new UIDL; only the others
 * are new.
 *
 * A known UIDL with another size is not a change of UIDLs: that message is
 * fetched, and its content decides.
 */
#include <stdlib.h>
#include <string.h>

#include "fetch/internal.h"
#include "mail/identity.h"
#include "state/seen.h"
#include "util/log.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Fewer known messages than this may just have been deleted by their owner. */
#define EPOCH_MIN 20

/*
 * One UIDL in so many may be the same by chance, because some servers count
 * 1, 2, 3 …
 */
#define CHANCE 10

/* A row whose UIDL, or size, is not listed. */
struct missing {
	unsigned char identity[HASH_SIZE];
	uint64_t size;
	int64_t id;
	bool resized; /* its UIDL is listed, with another size */
	const struct pop3_entry *entry; /* its message; NULL: not found yet */
};

struct epoch {
	struct missing *missing; /* sorted by compare_missing() */
	size_t n_missing;
	const struct pop3_entry **unknown; /* all listed ones without a row */
	size_t n_unknown;
	size_t n_same;	    /* of them, with header and size of a row */
	size_t n_same_head; /* with the header only */
};

static bool looks_changed(const struct fetch *f)
{
	return f->listing.has_uidl && f->todo.n_gone >= EPOCH_MIN &&
	       f->todo.n_known * CHANCE <= f->todo.n_gone &&
	       f->listing.n > f->todo.n_known;
}

static int compare_missing(const void *a, const void *b)
{
	const struct missing *x = a, *y = b;
	int order = memcmp(x->identity, y->identity, HASH_SIZE);

	if (order != 0)
		return order;
	return (x->size > y->size) - (x->size < y->size);
}

static int load_missing(struct fetch *f, struct epoch *e, struct error *err)
{
	e->missing = xcalloc(f->todo.n_gone, sizeof(*e->missing));
	for (size_t i = 0; i < f->todo.n_gone; i++) {
		struct missing *m = &e->missing[e->n_missing];
		struct seen row;
		int rc =
			state_get_seen(f->state, f->todo.gone[i].id, &row, err);

		if (rc == -1)
			return -1;
		if (rc == 0)
			continue;
		memcpy(m->identity, row.identity, HASH_SIZE);
		m->size = row.size;
		m->id = row.id;
		m->resized = f->todo.gone[i].resized;
		e->n_missing++;
	}
	qsort(e->missing, e->n_missing, sizeof(*e->missing), compare_missing);
	return 0;
}

/* The first row that is not less than `wanted`. */
static size_t lower_bound(const struct epoch *e, const struct missing *wanted)
{
	size_t from = 0, to = e->n_missing;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (compare_missing(&e->missing[middle], wanted) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

/* Equal messages may exist several times: each row is used once. */
static struct missing *find(struct epoch *e, const struct missing *wanted)
{
	size_t i = lower_bound(e, wanted);

	for (; i < e->n_missing && compare_missing(&e->missing[i], wanted) == 0;
	     i++)
		if (e->missing[i].entry == NULL)
			return &e->missing[i];
	return NULL;
}

/* Is there a row with this header whose UIDL is not listed at all? */
static bool has_head(const struct epoch *e, struct missing wanted)
{
	size_t i;

	wanted.size = 0;
	for (i = lower_bound(e, &wanted);
	     i < e->n_missing &&
	     memcmp(e->missing[i].identity, wanted.identity, HASH_SIZE) == 0;
	     i++)
		if (!e->missing[i].resized)
			return true;
	return false;
}

static void match_one(struct epoch *e, const struct pop3_answer *answer)
{
	struct missing wanted = {.size = answer->entry->size}, *m;

	identity_of(answer->head, wanted.identity);
	m = find(e, &wanted);
	if (m == NULL) {
		e->n_same_head += has_head(e, wanted);
		return;
	}
	m->entry = answer->entry;
	e->n_same++;
}

static int match_all(struct fetch *f, struct epoch *e, struct error *err)
{
	struct pop3_answer answer;
	int rc;

	pop3_request(f->pop3, POP3_TOP, e->unknown, e->n_unknown, 0);
	while ((rc = pop3_next(f->pop3, -1, &answer, err)) == 1)
		if (answer.ok && answer.entry->uidl_len > 0)
			match_one(e, &answer);
	return rc;
}

static int rename_rows(struct fetch *f, const struct epoch *e,
		       struct error *err)
{
	for (size_t i = 0; i < e->n_missing; i++) {
		const struct missing *m = &e->missing[i];

		if (m->entry != NULL &&
		    state_set_uidl(f->state, m->id,
				   pop3_uidl(&f->listing, m->entry), f->session,
				   err) == -1)
			return -1;
	}
	return 0;
}

static int ask_person(const struct fetch *f, const char *why, struct error *err)
{
	return error_set(err, ERR_PERSON,
			 "all UIDLs on the server have changed: none of the "
			 "%zu known messages is among the %zu listed ones%s; "
			 "nothing was fetched. To record all as known: "
			 "postroom state mark-seen %s; to fetch all again: "
			 "uidl-change = refetch",
			 f->todo.n_gone, f->listing.n, why, f->name);
}

/*
 * Ask for all headers first, then give new UIDLs to all rows in one
 * transaction: the database does not wait for the network, and a session that
 * breaks changes nothing.
 */
static int match(struct fetch *f, struct epoch *e, struct error *err)
{
	if (load_missing(f, e, err) == -1 || match_all(f, e, err) == -1)
		return -1;
	if (e->n_same_head > e->n_same && e->n_same_head >= EPOCH_MIN)
		return ask_person(f, ", and sizes have changed, too", err);
	if (state_begin(f->state, err) == -1)
		return -1;
	return state_end(f->state, rename_rows(f, e, err), err);
}

static void find_unknown(const struct fetch *f, struct epoch *e)
{
	e->unknown = xcalloc(f->listing.n, sizeof(*e->unknown));
	for (size_t i = 0; i < f->listing.n; i++)
		if (!f->todo.is_known[i])
			e->unknown[e->n_unknown++] = &f->listing.entries[i];
}

int fetch_check_epoch(struct fetch *f, struct error *err)
{
	enum uidl_change what = f->job->account->uidl_change;
	size_t n_old = f->todo.n_known + f->todo.n_resized;
	bool many = f->listing.n >= n_old + EPOCH_MIN;
	struct epoch e = {.n_unknown = 0};
	int rc;

	if (!looks_changed(f) || what == UIDL_REFETCH)
		return 0;
	if (f->dry) {
		log_warning("%s: all UIDLs on the server have changed, so all "
			    "messages look new here; a real run compares "
			    "their headers first",
			    f->name);
		return 0;
	}
	if (what == UIDL_STOP || !pop3_has_top(f->pop3))
		return many ? ask_person(f, "", err) : 0;
	find_unknown(f, &e);
	rc = match(f, &e, err);
	free(e.missing);
	free(e.unknown);
	if (rc == -1 || e.n_same == 0)
		return rc;
	log_info("%s: the server has given all messages new UIDLs; %zu of %zu "
		 "are known by their headers",
		 f->name, e.n_same, f->listing.n);
	return fetch_compare(f, err);
}
