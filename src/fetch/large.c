/* SPDX-License-Identifier: ISC */
/* Messages that stay on the server because of max-size: told once each. */
#include "fetch/internal.h"
#include "state/told.h"
#include "state/watermark.h"
#include "util/log.h"
#include "util/value.h"

#include "util/banned.h"

/* "large SIZE UIDL" */
#define KEY_MAX (MAILBOX_UIDL_MAX + 32)

struct large {
	const struct mailbox_entry *first;
	size_t n;
	uint64_t bytes, least, most;
};

static bool is_too_large(const struct fetch *f, uint64_t size)
{
	uint64_t max = f->job->account->max_size;

	return max != 0 && size > max;
}

static bool is_large(const struct fetch *f, size_t i)
{
	return f->todo.rows[i] == 0 &&
	       is_too_large(f, f->listing.entries[i].size);
}

static void add(struct large *large, const struct mailbox_entry *entry)
{
	if (large->n++ == 0) {
		large->first = entry;
		large->least = large->most = entry->size;
	}
	large->bytes += entry->size;
	if (entry->size < large->least)
		large->least = entry->size;
	if (entry->size > large->most)
		large->most = entry->size;
}

static void count(struct fetch *f, size_t n, uint64_t bytes)
{
	struct account_health *h = &f->health;
	uint64_t room = (uint64_t)(INT64_MAX - h->large_bytes);

	h->large += (int64_t)n;
	h->large_bytes += (int64_t)(bytes > room ? room : bytes);
}

void fetch_forget_large(struct fetch *f)
{
	f->health.large = f->health.large_bytes = 0;
}

void fetch_count_large(struct fetch *f, const struct watermark *w)
{
	for (size_t i = 0; i < w->n_unfetched; i++)
		if (is_too_large(f, w->unfetched[i].size))
			count(f, 1, w->unfetched[i].size);
}

/* Was a person not told of it yet? */
static int is_news(const struct fetch *f, const struct mailbox_entry *entry,
		   bool *news_out, struct error *err)
{
	struct slice uidl = mailbox_uidl(&f->listing, entry);
	struct buf key = BUF_INIT(KEY_MAX);
	int rc;

	buf_addf(&key, "large %llu %.*s", (unsigned long long)entry->size,
		 (int)uidl.len, uidl.p);
	rc = state_tell_once(f->state, f->job->account_id, key.s, f->policy.now,
			     news_out, err);
	buf_release(&key);
	return rc;
}

static int find_news(struct fetch *f, struct large *news, struct error *err)
{
	int rc = state_begin(f->state, err);

	if (rc == -1)
		return -1;
	for (size_t i = 0; rc == 0 && i < f->listing.n; i++) {
		const struct mailbox_entry *entry = &f->listing.entries[i];
		bool is_new;

		if (!is_large(f, i))
			continue;
		rc = is_news(f, entry, &is_new, err);
		if (rc == 0 && is_new)
			add(news, entry);
	}
	return state_end(f->state, rc, err);
}

static void tell(const struct fetch *f, const struct large *large)
{
	struct buf sizes = BUF_INIT(64), limit = BUF_INIT(32);
	struct slice uidl = mailbox_uidl(&f->listing, large->first);

	value_show_size(large->least, &sizes);
	if (large->most > large->least) {
		buf_addstr(&sizes, " to ");
		value_show_size(large->most, &sizes);
	}
	value_show_size(f->policy.max_size, &limit);
	if (large->n == 1)
		log_warning("%s: a message of %s stays on the server, because "
			    "it is larger than max-size (%s): UIDL %.*s; raise "
			    "max-size to fetch it",
			    f->name, sizes.s, limit.s, (int)uidl.len, uidl.p);
	else
		log_warning("%s: %zu messages of %s stay on the server, "
			    "because they are larger than max-size (%s); raise "
			    "max-size to fetch them",
			    f->name, large->n, sizes.s, limit.s);
	buf_release(&sizes);
	buf_release(&limit);
}

void fetch_note_large(struct fetch *f)
{
	struct large all = {0}, news = {0};
	struct error err = ERROR_INIT;

	for (size_t i = 0; i < f->listing.n; i++)
		if (is_large(f, i))
			add(&all, &f->listing.entries[i]);
	count(f, all.n, all.bytes);
	if (all.n > 0 && !f->dry && find_news(f, &news, &err) == -1)
		log_error("%s: %s", f->name, err.text);
	if (f->job->watched)
		news = all;
	if (news.n > 0)
		tell(f, &news);
}
