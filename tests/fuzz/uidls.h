/* SPDX-License-Identifier: ISC */
/* For index.c: all rows of an account, and a plain look at them. */
#ifndef TESTS_FUZZ_UIDLS_H
#define TESTS_FUZZ_UIDLS_H

#include <assert.h>
#include <stdlib.h>

#include "pop3/listing.h"
#include "state/admin.h"
#include "util/xalloc.h"

/* More is like this. */
#define ENTRIES_MAX  24
#define LISTINGS_MAX 6
#define ROWS_MAX     (ENTRIES_MAX * LISTINGS_MAX)

struct row {
	char *uidl;
	size_t len;
	uint64_t size;
	bool gone;
};

struct rows {
	struct row list[ROWS_MAX];
	size_t n;
};

static struct rows *read_rows(struct state *state, int64_t account)
{
	struct rows *rows = xcalloc(1, sizeof(*rows));
	struct error err = ERROR_INIT;
	struct state_row row;
	int64_t id = 0;

	while (state_next_row(state, account, id, &row, &err) == 1) {
		struct row *r = &rows->list[rows->n++];

		assert(rows->n < ROWS_MAX);
		*r = (struct row){.len = row.seen.uidl.len,
				  .size = row.seen.size,
				  .gone = row.gone};
		r->uidl = xmemdup0(row.seen.uidl.p, r->len);
		id = row.seen.id;
	}
	assert(err.kind == ERR_NONE);
	return rows;
}

static void free_rows(struct rows *rows)
{
	for (size_t i = 0; i < rows->n; i++)
		free(rows->list[i].uidl);
	free(rows);
}

/* How many entries of a listing, or rows, are like this one? */
static size_t listed(const struct mailbox_listing *l, const struct row *r)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n && r->len > 0; i++)
		n += l->entries[i].size == r->size &&
		     slice_equal(mailbox_uidl(l, &l->entries[i]),
				 slice_of(r->uidl, r->len));
	return n;
}

static size_t known(const struct rows *rows, struct slice uidl, uint64_t size,
		    bool gone)
{
	size_t n = 0;

	for (size_t i = 0; i < rows->n && uidl.len > 0; i++)
		n += rows->list[i].gone == gone && rows->list[i].size == size &&
		     slice_equal(
			     slice_of(rows->list[i].uidl, rows->list[i].len),
			     uidl);
	return n;
}

#endif
