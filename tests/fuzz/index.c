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
#include "state/received.h"
#include "uidls.h"

/* Then a new database is made: it grows. */
#define ACCOUNTS_MAX 500

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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

static void check(const struct listing_todo *todo,
		  const struct mailbox_listing *l, const struct rows *rows)
{
	size_t n_known = 0, n_back = 0, n_gone = 0;

	for (size_t i = 0; i < l->n; i++) {
		const struct mailbox_entry *e = &l->entries[i];
		bool live = known(rows, mailbox_uidl(l, e), e->size, false) > 0;
		bool back = known(rows, mailbox_uidl(l, e), e->size, true) > 0;

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
		   const struct mailbox_listing *l)
{
	struct error err = ERROR_INIT;

	assert(listing_record(todo, state, &policy, &err) == 0);
	assert(state_begin(state, &err) == 0);
	for (size_t i = 0; i < todo->n_back; i++)
		assert(state_set_present(state, todo->back[i], &err) == 0);
	for (size_t i = 0; i < todo->n_fetch; i++) {
		struct received r = {.account = policy.account,
				     .session = 7,
				     .uidl = mailbox_uidl(l, todo->fetch[i]),
				     .listed_size = todo->fetch[i]->size,
				     .now = 500000};

		contents++;
		memcpy(r.sha256, &contents, sizeof(contents));
		assert(state_add_received(state, &r, &err) == 1);
	}
	assert(state_end(state, 0, &err) == 0);
	assert(listing_record_gone(todo, state, &policy, &err) == 0);
}

static void compare(const struct mailbox_listing *l)
{
	struct rows *rows = read_rows(state, policy.account);
	struct error err = ERROR_INIT;
	struct listing_todo todo;

	if (rows->n + l->n < ROWS_MAX) {
		assert(listing_compare(&todo, l, state, &policy, &err) == 0);
		check(&todo, l, rows);
		record(&todo, l);
		listing_release(&todo);
	}
	free_rows(rows);
}

static void add_entry(struct mailbox_listing *l, struct slice line)
{
	struct mailbox_entry *e = &l->entries[l->n++];
	size_t len = line.len > MAILBOX_UIDL_MAX ? 0 : line.len;

	*e = (struct mailbox_entry){.number = (unsigned)l->n & 0x1fffff,
				    .uidl_at = (uint32_t)l->text.len};
	if (len > 0)
		e->size = (unsigned char)line.p[--len] % 4;
	e->uidl_len = len & 0x7ff;
	buf_add(&l->text, line.p, len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mailbox_entry entries[ENTRIES_MAX];
	struct mailbox_listing l = {.entries = entries, .has_uidl = true};
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
