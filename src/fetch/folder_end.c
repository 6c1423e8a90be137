/* SPDX-License-Identifier: ISC */
/* The end of a folder: how far it was read. */
#include <stdlib.h>
#include <string.h>

#include "fetch/folder.h"
#include "util/xalloc.h"

#include "util/banned.h"

/*
 * Parallel to the listing: it is here. A message without an answer is not: the
 * next listing tells whether it has gone.
 */
static bool *find_here(const struct fetch *f)
{
	bool *here = xcalloc(f->listing.n, sizeof(*here));

	for (size_t i = 0; i < f->listing.n; i++)
		here[i] = f->todo.rows[i] != 0 && !f->todo.unsure[i];
	for (size_t i = 0; i < f->todo.n_verify; i++)
		if (f->todo.known[i].same)
			here[f->todo.verify[i] - f->listing.entries] = true;
	for (size_t i = 0; i < f->n_durable; i++)
		here[f->fetched[i].entry - f->listing.entries] = true;
	return here;
}

/*
 * The watermark stays below the messages that a limit has left for the next
 * session, unless it was above them before.
 */
static uint32_t first_left(const struct fetch *f)
{
	const struct listing_todo *todo = &f->todo;
	uint32_t first = 0;

	for (size_t i = 0; i < todo->n_left; i++) {
		uint32_t uid = fetch_uid(f, todo->fetch[todo->n_fetch + i]);

		if (uid >= f->from && (first == 0 || uid < first))
			first = uid;
	}
	return first;
}

/*
 * The largest UID that can be believed, or 0: its message is here, or UIDNEXT
 * is larger. A server may list a number that no message has, and all that comes
 * later would be below the watermark.
 */
static uint32_t last_uid(const struct fetch *f, const bool *here)
{
	for (size_t i = f->listing.n; i-- > 0;) {
		uint32_t uid = fetch_uid(f, &f->listing.entries[i]);

		if (here[i] || uid < f->selected.uid_next)
			return uid;
	}
	return 0;
}

/*
 * Count without what was removed just now: where a server shows only a part of
 * a folder (Yahoo: 10,000 messages), others take its place, with lower UIDs.
 */
static uint32_t messages_left(const struct fetch *f)
{
	uint32_t n = f->selected.messages;

	return f->n_deleted < n ? n - (uint32_t)f->n_deleted : 0;
}

static void make_watermark(const struct fetch *f, struct watermark *w)
{
	const struct imap_selected *s = &f->selected;
	bool *here = find_here(f);
	uint32_t left = first_left(f), next = f->from == 0 ? 1 : f->from;
	uint32_t last = last_uid(f, here);

	memset(w, 0, sizeof(*w));
	if (last >= next)
		next = last == UINT32_MAX ? UINT32_MAX : last + 1;
	w->uid_validity = s->uid_validity;
	w->settled = f->settled;
	w->n_settled = f->n_settled;
	w->uid_next = left != 0 ? left : next;
	if (left == 0) {
		w->said_next = s->uid_next;
		w->said_messages = messages_left(f);
	}
	for (size_t i = 0; i < f->listing.n; i++) {
		const struct mailbox_entry *entry = &f->listing.entries[i];
		uint32_t uid = fetch_uid(f, entry);

		if (here[i] || uid >= w->uid_next)
			continue;
		xgrow(&w->unfetched, w->n_unfetched, sizeof(*w->unfetched));
		w->unfetched[w->n_unfetched++] =
			(struct unfetched){uid, entry->size};
	}
	free(here);
}

static int forget_vanished(struct fetch *f, struct error *err)
{
	for (size_t i = 0; i < f->listing.n; i++) {
		const struct mailbox_entry *entry = &f->listing.entries[i];

		if (f->vanished[i] && f->attempts.n > 0 &&
		    state_forget_attempt(f->state, f->policy.account,
					 mailbox_uidl(&f->listing, entry),
					 entry->size, err) == -1)
			return -1;
	}
	return 0;
}

int fetch_close_folder(struct fetch *f, struct error *err)
{
	struct watermark w;
	int rc;

	make_watermark(f, &w);
	rc = state_begin(f->state, err);
	if (rc == 0) {
		rc = state_set_watermark(f->state, f->policy.account,
					 f->folder->key, &w, err);
		if (rc == 0)
			rc = forget_vanished(f, err);
		rc = state_end(f->state, rc, err);
	}
	watermark_release(&w);
	return rc;
}
