/* SPDX-License-Identifier: ISC */
/*
 * Before deleting a known message, or trusting one that had disappeared, check
 * that its header is still the recorded one, because servers reuse UIDLs. A
 * message whose header differs is fetched, and its content decides.
 */
#include <stdlib.h>
#include <string.h>

#include "fetch/internal.h"
#include "mail/identity.h"
#include "state/seen.h"
#include "util/xalloc.h"

#include "util/banned.h"

static bool is_back(const struct listing_known *known)
{
	return known->back && known->same;
}

/*
 * Messages that had gone and are verified, and those that have gone since they
 * were listed: one transaction for all.
 */
static int record_looks(struct fetch *f, struct error *err)
{
	const struct listing_todo *todo = &f->todo;
	size_t n = 0;
	int rc = 0;

	for (size_t i = 0; i < todo->n_verify; i++)
		n += todo->known[i].gone || is_back(&todo->known[i]);
	if (n == 0)
		return 0;
	if (state_begin(f->state, err) == -1)
		return -1;
	for (size_t i = 0; rc == 0 && i < todo->n_verify; i++) {
		const struct listing_known *known = &todo->known[i];

		if (known->gone)
			rc = state_set_gone(f->state, known->id, f->policy.now,
					    err);
		else if (is_back(known))
			rc = state_set_present(f->state, known->id, err);
	}
	return state_end(f->state, rc, err);
}

/* 1, 0, -1. */
static int is_doubtful(struct fetch *f, const struct mailbox_entry *entry,
		       struct error *err)
{
	if (!f->has_doubts)
		return 0;
	return state_is_doubtful(f->state, f->job->account_id,
				 mailbox_uidl(&f->listing, entry), entry->size,
				 err);
}

/*
 * Without TOP, messages are deleted without a look. One in doubt is read again
 * instead, behind all that is new.
 */
int fetch_spare_doubtful(struct fetch *f, struct error *err)
{
	struct listing_todo *todo = &f->todo;
	size_t n = 0;

	if (!f->has_doubts)
		return 0;
	for (size_t i = 0; i < todo->n_remove; i++) {
		const struct mailbox_entry *entry = todo->remove[i];
		int doubt = is_doubtful(f, entry, err);

		if (doubt == -1)
			return -1;
		if (doubt == 0)
			todo->remove[n++] = entry;
		else
			todo->fetch[todo->n_fetch + todo->n_left++] = entry;
	}
	todo->n_remove = n;
	if (f->policy.limit == 0) {
		todo->n_fetch += todo->n_left;
		todo->n_left = 0;
	}
	return 0;
}

/* Is it the known message? Without an answer it counts as another one. */
static int look(struct fetch *f, const struct mailbox_answer *answer,
		struct listing_known *known, struct error *err)
{
	unsigned char identity[HASH_SIZE];
	struct seen row;
	int doubt = is_doubtful(f, answer->entry, err);
	int rc = state_get_seen(f->state, known->id, &row, err);

	if (rc == -1 || doubt == -1)
		return -1;
	if (doubt == 1)
		return 0;
	if (answer->ok && rc == 1) {
		identity_of(answer->head, identity);
		known->same = memcmp(identity, row.identity, HASH_SIZE) == 0;
	} else if (rc == 1) {
		/* As without TOP: what the last session has read is known. */
		known->same =
			!known->back && row.session == f->policy.last_session;
	}
	return 0;
}

/* Messages that differ go to again[]. */
static int look_at_all(struct fetch *f, const struct mailbox_entry **again,
		       size_t *n_again, struct error *err)
{
	struct listing_todo *todo = &f->todo;
	struct mailbox_answer answer;
	size_t n = 0, n_refused = 0;
	int rc;

	fetch_request(f, MAILBOX_HEADER, todo->verify, todo->n_verify, 0);
	while ((rc = fetch_next(f, -1, &answer, err)) == 1) {
		struct listing_known *known = &todo->known[answer.at];

		n++;
		known->gone = answer.is_gone;
		n_refused += !answer.ok && !answer.is_gone;
		if (look(f, &answer, known, err) == -1)
			return -1;
		if (known->gone)
			f->vanished[answer.entry - f->listing.entries] = true;
		else if (!known->same)
			again[(*n_again)++] = answer.entry;
		else if (known->due)
			todo->remove[todo->n_remove++] = answer.entry;
	}
	if (rc == 0 && n > 0 && n_refused == n)
		return fetch_note_no_top(f, err);
	return rc;
}

int fetch_verify(struct fetch *f, struct error *err)
{
	const struct mailbox_entry **again;
	size_t n = 0;
	int rc;

	if (f->todo.n_verify == 0)
		return 0;
	again = xcalloc(f->todo.n_verify, sizeof(struct mailbox_entry *));
	rc = look_at_all(f, again, &n, err);
	if (rc == 0)
		rc = record_looks(f, err);
	if (rc == 0)
		rc = fetch_receive(f, again, n, err);
	free(again);
	return rc;
}
