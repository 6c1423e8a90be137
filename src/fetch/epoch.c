/* SPDX-License-Identifier: ISC */
/*
 * A server that was moved or repaired gives messages new UIDLs, so that they
 * look new (A27 in tests/FAULTS.md). A message with the header and the size of
 * a known one that has disappeared keeps its row, under the new UIDL; only the
 * others are new.
 *
 * A known UIDL with another size is not a change of UIDLs: that message is
 * fetched, and its content decides.
 */
#include <stdlib.h>
#include <string.h>

#include "fetch/known.h"
#include "fetch/match.h"
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

/*
 * Where only some UIDLs are new, ask for so many headers for each message that
 * has disappeared, and for so many in any case. Of a large mailbox in which all
 * messages have the same size, the rest is fetched.
 */
#define HEADERS_EACH 4
#define HEADERS_MIN  20

static bool looks_changed(const struct fetch *f)
{
	return f->listing.has_uidl && f->todo.n_gone >= EPOCH_MIN &&
	       f->todo.n_known * CHANCE <= f->todo.n_gone &&
	       f->listing.n > f->todo.n_known;
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

static void add_unknown(struct fetch *f, struct matching *m)
{
	for (size_t i = 0; i < f->listing.n; i++)
		if (f->todo.rows[i] == 0)
			match_add_entry(f, m, &f->listing.entries[i]);
}

static int match_all(struct fetch *f, struct matching *m, struct error *err)
{
	add_unknown(f, m);
	if (match_add_gone(f, m, err) == -1 || match_headers(f, m, err) == -1)
		return -1;
	if (m->n_same_head > m->n_same && m->n_same_head >= EPOCH_MIN)
		return ask_person(f, ", and sizes have changed, too", err);
	return match_record(f, m, err);
}

static int compare_sizes(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Add new messages that have the size of one that has disappeared. */
static void add_of_equal_size(struct fetch *f, struct matching *m)
{
	uint64_t *sizes = xcalloc(f->todo.n_gone, sizeof(*sizes));

	for (size_t i = 0; i < f->todo.n_gone; i++)
		sizes[i] = f->todo.gone[i].size;
	qsort(sizes, f->todo.n_gone, sizeof(*sizes), compare_sizes);
	for (size_t i = 0; i < f->listing.n; i++) {
		const struct mailbox_entry *entry = &f->listing.entries[i];

		if (f->todo.rows[i] == 0 && entry->uidl_len > 0 &&
		    bsearch(&entry->size, sizes, f->todo.n_gone, sizeof(*sizes),
			    compare_sizes) != NULL)
			match_add_entry(f, m, entry);
	}
	free(sizes);
}

static int match_some(struct fetch *f, struct matching *m, struct error *err)
{
	add_of_equal_size(f, m);
	if (m->n_entries == 0 ||
	    m->n_entries > HEADERS_EACH * f->todo.n_gone + HEADERS_MIN)
		return 0;
	if (match_add_gone(f, m, err) == -1 || match_headers(f, m, err) == -1)
		return -1;
	return m->n_same == 0 ? 0 : match_record(f, m, err);
}

static int check_all(struct fetch *f, struct matching *m, struct error *err)
{
	size_t n_old = f->todo.n_known + f->todo.n_resized;
	bool many = f->listing.n >= n_old + EPOCH_MIN;

	if (f->dry) {
		log_warning("%s: all UIDLs on the server have changed, so all "
			    "messages look new here; a real run compares "
			    "their headers first",
			    f->name);
		return 0;
	}
	if (f->job->account->uidl_change == UIDL_STOP || !fetch_has_headers(f))
		return many ? ask_person(f, "", err) : 0;
	return match_all(f, m, err);
}

int fetch_check_epoch(struct fetch *f, struct error *err)
{
	struct matching m = {.n_rows = 0};
	bool all = looks_changed(f);
	size_t n_same;
	int rc = 0;

	if (f->todo.n_gone == 0 || f->job->account->uidl_change == UIDL_REFETCH)
		return 0;
	if (all)
		rc = check_all(f, &m, err);
	else if (!f->dry && f->listing.has_uidl && fetch_has_headers(f))
		rc = match_some(f, &m, err);
	n_same = m.n_same;
	match_release(&m);
	if (rc == -1 || n_same == 0)
		return rc;
	log_info("%s: the server has given %s messages new UIDLs; %zu of %zu "
		 "are known by their headers",
		 f->name, all ? "all" : "some", n_same, f->listing.n);
	return fetch_compare(f, err);
}
