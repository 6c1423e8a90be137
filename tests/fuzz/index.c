/* SPDX-License-Identifier: ISC */
/*
 * The memory of UIDLs: listing after listing, what is known, new, gone or back
 * is what a plain look at all rows says. The first byte is the policy; each
 * line is a UIDL whose last byte makes the size, and "=" ends a listing.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/tempdir.h"
#include "fetch/listing.h"
#include "state/admin.h"
#include "state/received.h"
#include "util/xalloc.h"

/* More is like this; and rows of one database, until the next is made. */
#define ENTRIES_MAX  24
#define LISTINGS_MAX 6
#define ACCOUNTS_MAX 500

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct row {
	char *uidl;
	size_t len;
	uint64_t size;
	bool gone;
};

struct rows {
	struct row list[ENTRIES_MAX * LISTINGS_MAX];
	size_t n;
};

static struct state *state;
static struct listing_policy policy = {.now = 1000000};
static unsigned contents;

static void begin(uint8_t way)
{
	struct error err = ERROR_INIT;

	if (policy.account % ACCOUNTS_MAX == 0) {
		state_close(state);
		tempdir_remove();
		assert(state_open(&state, tempdir(), STATE_WRITE, &err) == 0);
	}
	policy.account++;
	policy.keep = (enum keep_mode)(way % 3);
	policy.keep_seconds = (way & 4) != 0 ? 1 : 2000000;
	policy.has_top = (way & 8) != 0;
	policy.limit = (way & 16) != 0 ? 2 : 0;
	policy.max_size = (way & 32) != 0 ? 2 : 0;
	policy.last_session = (way & 64) != 0 ? 7 : 8;
}

static struct rows *read_rows(void)
{
	struct rows *rows = xcalloc(1, sizeof(*rows));
	struct error err = ERROR_INIT;
	struct state_row row;
	int64_t id = 0;

	while (state_next_row(state, policy.account, id, &row, &err) == 1) {
		struct row *r = &rows->list[rows->n++];

		assert(rows->n < ENTRIES_MAX * LISTINGS_MAX);
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
static size_t listed(const struct pop3_listing *l, const struct row *r)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n && r->len > 0; i++)
		n += l->entries[i].size == r->size &&
		     slice_equal(pop3_uidl(l, &l->entries[i]),
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

static void check(const struct listing_todo *todo, const struct pop3_listing *l,
		  const struct rows *rows)
{
	size_t n_known = 0, n_back = 0, n_gone = 0;

	for (size_t i = 0; i < l->n; i++) {
		const struct pop3_entry *e = &l->entries[i];
		bool live = known(rows, pop3_uidl(l, e), e->size, false) > 0;
		bool back = known(rows, pop3_uidl(l, e), e->size, true) > 0;

		assert((todo->rows[i] != 0) == (live || back));
		n_known += live || back;
		n_back += back && !live;
	}
	for (size_t i = 0; i < rows->n; i++)
		n_gone += !rows->list[i].gone && listed(l, &rows->list[i]) == 0;
	assert(todo->n_known == n_known && todo->n_back == n_back);
	assert(todo->n_gone == n_gone && todo->n_resized <= n_gone);
	assert(todo->n_fetch + todo->n_left + todo->n_too_large >=
	       l->n - n_known);
	assert(policy.keep != KEEP_YES || todo->n_remove == 0);
	assert(policy.has_top || todo->n_verify == 0);
	for (size_t i = 1; i < todo->n_fetch + todo->n_left; i++)
		assert(todo->fetch[i - 1]->number < todo->fetch[i]->number);
	for (size_t i = 0; i < todo->n_remove; i++)
		assert(todo->remove[i]->uidl_len > 0);
}

/* Fetch what is to be fetched, and take as proved what is back. */
static void record(const struct listing_todo *todo,
		   const struct pop3_listing *l)
{
	struct error err = ERROR_INIT;

	assert(listing_record(todo, state, &policy, &err) == 0);
	assert(state_begin(state, &err) == 0);
	for (size_t i = 0; i < todo->n_back; i++)
		assert(state_set_present(state, todo->back[i], &err) == 0);
	for (size_t i = 0; i < todo->n_fetch; i++) {
		struct received r = {.account = policy.account,
				     .session = 7,
				     .uidl = pop3_uidl(l, todo->fetch[i]),
				     .listed_size = todo->fetch[i]->size,
				     .now = 500000};

		contents++;
		memcpy(r.sha256, &contents, sizeof(contents));
		assert(state_add_received(state, &r, &err) == 1);
	}
	assert(state_end(state, 0, &err) == 0);
	assert(listing_record_gone(todo, state, &policy, &err) == 0);
}

static void compare(const struct pop3_listing *l)
{
	struct rows *rows = read_rows();
	struct error err = ERROR_INIT;
	struct listing_todo todo;

	if (rows->n + l->n < ENTRIES_MAX * LISTINGS_MAX) {
		assert(listing_compare(&todo, l, state, &policy, &err) == 0);
		check(&todo, l, rows);
		record(&todo, l);
		listing_release(&todo);
	}
	free_rows(rows);
}

static void add_entry(struct pop3_listing *l, struct slice line)
{
	struct pop3_entry *e = &l->entries[l->n++];
	size_t len = line.len > POP3_UIDL_MAX ? 0 : line.len;

	*e = (struct pop3_entry){.number = (unsigned)l->n & 0x1fffff,
				 .uidl_at = (uint32_t)l->text.len};
	if (len > 0)
		e->size = (unsigned char)line.p[--len] % 4;
	e->uidl_len = len & 0x7ff;
	buf_add(&l->text, line.p, len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pop3_entry entries[ENTRIES_MAX];
	struct pop3_listing l = {.entries = entries, .has_uidl = true};
	struct slice rest, line;
	size_t n = 0;

	if (size == 0)
		return 0;
	begin(data[0]);
	buf_init(&l.text, size);
	rest = slice_of((const char *)data + 1, size - 1);
	while (n < LISTINGS_MAX && slice_split(&rest, '\n', &line)) {
		bool end = slice_equal(line, slice_str("="));

		if (!end && l.n < ENTRIES_MAX)
			add_entry(&l, line);
		if (!end && rest.p != NULL)
			continue;
		compare(&l);
		l.n = 0;
		buf_clear(&l.text);
		n++;
	}
	buf_release(&l.text);
	return 0;
}
