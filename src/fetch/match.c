/* SPDX-License-Identifier: ISC */
#include "fetch/match.h"

#include <stdlib.h>
#include <string.h>

#include "mail/identity.h"
#include "state/seen.h"
#include "util/xalloc.h"

#include "util/banned.h"

struct candidate {
	unsigned char identity[HASH_SIZE];
	uint64_t size;
	int64_t id;
	bool known;   /* its UIDL and size are listed */
	bool resized; /* its UIDL is listed, with another size */
	const struct mailbox_entry
		*entry; /* its message; NULL: not found yet */
};

static int compare(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;
	int order = memcmp(x->identity, y->identity, HASH_SIZE);

	if (order != 0)
		return order;
	return (x->size > y->size) - (x->size < y->size);
}

/* Rows of one message are neighbours. */
static int compare_with_id(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;
	int order = compare(a, b);

	return order != 0 ? order : (x->id > y->id) - (x->id < y->id);
}

static int add_row(struct fetch *f, struct matching *m, int64_t id, bool known,
		   bool resized, struct error *err)
{
	struct candidate *c;
	struct seen row;
	int rc = state_get_seen(f->state, id, &row, err);

	if (rc != 1)
		return rc;
	if (m->rows == NULL)
		m->rows = xcalloc(f->todo.n_gone + f->listing.n,
				  sizeof(*m->rows));
	c = &m->rows[m->n_rows++];
	*c = (struct candidate){
		.size = row.size, .id = id, .known = known, .resized = resized};
	memcpy(c->identity, row.identity, HASH_SIZE);
	return 0;
}

int match_add_gone(struct fetch *f, struct matching *m, struct error *err)
{
	for (size_t i = 0; i < f->todo.n_gone; i++)
		if (add_row(f, m, f->todo.gone[i].id, false,
			    f->todo.gone[i].resized, err) == -1)
			return -1;
	return 0;
}

int match_add_known(struct fetch *f, struct matching *m, struct error *err)
{
	for (size_t i = 0; i < f->listing.n; i++)
		if (f->todo.rows[i] != 0 &&
		    add_row(f, m, f->todo.rows[i], true, false, err) == -1)
			return -1;
	return 0;
}

void match_add_entry(struct fetch *f, struct matching *m,
		     const struct mailbox_entry *entry)
{
	if (m->entries == NULL)
		m->entries = xcalloc(f->listing.n, sizeof(*m->entries));
	m->entries[m->n_entries++] = entry;
}

/* Two entries with one UIDL have one row. */
static void sort_rows(struct matching *m)
{
	size_t n = 0;

	if (m->n_rows == 0)
		return;
	qsort(m->rows, m->n_rows, sizeof(*m->rows), compare_with_id);
	for (size_t i = 0; i < m->n_rows; i++)
		if (n == 0 || m->rows[i].id != m->rows[n - 1].id)
			m->rows[n++] = m->rows[i];
	m->n_rows = n;
}

/* The first row that is not less than `wanted`. */
static size_t lower_bound(const struct matching *m,
			  const struct candidate *wanted)
{
	size_t from = 0, to = m->n_rows;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (compare(&m->rows[middle], wanted) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

/* Equal messages may exist several times: each row is used once. */
static struct candidate *find(struct matching *m,
			      const struct candidate *wanted)
{
	size_t i = lower_bound(m, wanted);

	for (; i < m->n_rows && compare(&m->rows[i], wanted) == 0; i++)
		if (m->rows[i].entry == NULL)
			return &m->rows[i];
	return NULL;
}

/* Is there a row with this header whose UIDL is not listed at all? */
static bool has_head(const struct matching *m, struct candidate wanted)
{
	size_t i;

	wanted.size = 0;
	for (i = lower_bound(m, &wanted);
	     i < m->n_rows &&
	     memcmp(m->rows[i].identity, wanted.identity, HASH_SIZE) == 0;
	     i++)
		if (!m->rows[i].resized && !m->rows[i].known)
			return true;
	return false;
}

static void match_one(struct matching *m, const struct mailbox_answer *answer)
{
	struct candidate wanted = {.size = answer->entry->size}, *row;

	identity_of(answer->head, wanted.identity);
	row = find(m, &wanted);
	if (row == NULL) {
		m->n_same_head += has_head(m, wanted);
		return;
	}
	row->entry = answer->entry;
	m->n_same++;
}

int match_headers(struct fetch *f, struct matching *m, struct error *err)
{
	struct mailbox_answer answer;
	int rc;

	sort_rows(m);
	fetch_request(f, MAILBOX_HEADER, m->entries, m->n_entries, 0);
	while ((rc = fetch_next(f, -1, &answer, err)) == 1)
		if (answer.ok && answer.entry->uidl_len > 0)
			match_one(m, &answer);
	return rc;
}

static int record_rows(struct fetch *f, const struct matching *m,
		       struct error *err)
{
	for (size_t i = 0; i < m->n_rows; i++) {
		const struct candidate *c = &m->rows[i];
		int rc = 0;

		if (c->entry != NULL)
			rc = state_set_uidl(f->state, c->id,
					    mailbox_uidl(&f->listing, c->entry),
					    f->session, err);
		else if (c->known)
			rc = state_set_gone(f->state, c->id, f->policy.now,
					    err);
		if (rc == -1)
			return -1;
	}
	return 0;
}

int match_record(struct fetch *f, const struct matching *m, struct error *err)
{
	if (state_begin(f->state, err) == -1)
		return -1;
	return state_end(f->state, record_rows(f, m, err), err);
}

void match_release(struct matching *m)
{
	free(m->rows);
	free(m->entries);
	memset(m, 0, sizeof(*m));
}
