/* SPDX-License-Identifier: ISC */
/*
 * Once messages are durable here, delete them on the server, move them to
 * another folder there, or mark them as read.
 */
#include <stdlib.h>
#include <string.h>

#include "fetch/internal.h"
#include "state/seen.h"
#include "util/log.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* DELE, which QUIT makes true. */
static int give_up(struct fetch *f, const struct mailbox_entry *const *list,
		   size_t n, struct error *err)
{
	struct mailbox_answer answer;
	int rc;

	fetch_request(f, MAILBOX_DELETE, list, n, 0);
	while ((rc = fetch_next(f, -1, &answer, err)) == 1) {
		if (answer.ok)
			f->deleted[f->n_deleted++] = answer.entry;
		else
			log_info("%s: message %u could not be deleted: \"%s\"",
				 f->name, (unsigned)answer.entry->number,
				 answer.text);
	}
	return rc;
}

/* Messages of IMAP that are changed together. */
struct batch {
	const struct mailbox_entry **entries; /* in the order of their UIDs */
	uint32_t *uids;
	struct imap_change change;
};

static int compare_uids(const void *a, const void *b, void *fetch)
{
	const struct mailbox_entry *const *x = a, *const *y = b;
	uint32_t one = fetch_uid(fetch, *x), other = fetch_uid(fetch, *y);

	return (one > other) - (one < other);
}

static void begin_batch(struct fetch *f, struct batch *b,
			const struct mailbox_entry *const *list, size_t n)
{
	memset(b, 0, sizeof(*b));
	b->entries = xcalloc(n, sizeof(struct mailbox_entry *));
	b->uids = xcalloc(n, sizeof(*b->uids));
	for (size_t i = 0; i < n; i++)
		b->entries[i] = list[i];
	qsort_r(b->entries, n, sizeof(*b->entries), compare_uids, f);
	for (size_t i = 0; i < n; i++)
		b->uids[i] = fetch_uid(f, b->entries[i]);
	b->change.uids = b->uids;
	b->change.n = n;
	b->change.states = xcalloc(n, 1);
}

static void end_batch(struct batch *b)
{
	free(b->entries);
	free(b->uids);
	free(b->change.states);
}

/* It is tried again in each session, and the messages stay there until then. */
static void warn_refused(const struct fetch *f, const struct batch *b,
			 const char *what)
{
	struct error refused = ERROR_INIT;

	(void)error_set(&refused, ERR_TEMPORARY,
			"not all messages of folder %s could be %s: \"%s\"",
			f->folder->path, what, b->change.text);
	fetch_warn(f, &refused);
}

/*
 * A message that was moved, but not removed from here, must not be moved again;
 * one that is only marked as deleted is tried again.
 */
static bool has_left(const struct fetch *f, const struct batch *b, size_t i)
{
	return b->change.states[i] == IMAP_REMOVED ||
	       (f->folders.target != NULL &&
		b->change.states[i] != IMAP_UNCHANGED);
}

/* Record each confirmed removal, even if the session breaks after it. */
static int take_away(struct fetch *f, const struct mailbox_entry *const *list,
		     size_t n, struct error *err)
{
	const struct folders *folders = &f->folders;
	bool moves = folders->target != NULL;
	const char *trash = folders->trash;
	struct error late = ERROR_INIT;
	struct batch b;
	int rc;

	if (n == 0 || (moves && strcmp(folders->target, f->folder->name) == 0))
		return 0;
	if (trash == NULL || strcmp(trash, f->folder->name) == 0)
		trash = "";
	begin_batch(f, &b, list, n);
	if (moves)
		rc = imap_move(f->remote.imap, &b.change,
			       slice_str(folders->target), err);
	else
		rc = imap_delete(f->remote.imap, &b.change, slice_str(trash),
				 err);
	if (rc == 0)
		warn_refused(f, &b, moves ? "moved" : "deleted");
	for (size_t i = 0; i < n; i++)
		if (has_left(f, &b, i))
			f->deleted[f->n_deleted++] = b.entries[i];
	end_batch(&b);
	if (fetch_record_deleted(f, rc == -1 ? &late : err) == -1)
		return -1;
	return rc == -1 ? -1 : 0;
}

static int mark_seen(struct fetch *f, const struct mailbox_entry *const *list,
		     size_t n, struct error *err)
{
	struct batch b;
	int rc;

	if (n == 0 || !f->job->account->mark_seen)
		return 0;
	begin_batch(f, &b, list, n);
	rc = imap_add_flags(f->remote.imap, &b.change, IMAP_FLAG_SEEN, err);
	if (rc == 0)
		warn_refused(f, &b, "marked as read");
	end_batch(&b);
	return rc == -1 ? -1 : 0;
}

static int delete_some(struct fetch *f, const struct mailbox_entry *const *list,
		       size_t n, struct error *err)
{
	return f->remote.imap != NULL ? take_away(f, list, n, err)
				      : give_up(f, list, n, err);
}

/* The messages of this session that may be deleted or changed on the server. */
static const struct mailbox_entry **list_came(const struct fetch *f,
					      size_t *n_out)
{
	const struct mailbox_entry **came =
		xcalloc(f->n_durable, sizeof(struct mailbox_entry *));

	*n_out = 0;
	for (size_t i = 0; i < f->n_durable; i++)
		if (!f->fetched[i].keep)
			came[(*n_out)++] = f->fetched[i].entry;
	return came;
}

/* Delete known messages that are due and, with keep-on-server = no, new ones.
 */
int fetch_delete_due(struct fetch *f, struct error *err)
{
	const struct mailbox_entry **came;
	size_t n = 0;
	int rc;

	if (delete_some(f, f->todo.remove, f->todo.n_remove, err) == -1)
		return -1;
	came = list_came(f, &n);
	rc = f->remote.imap == NULL ? 0 : mark_seen(f, came, n, err);
	if (rc == 0 && f->policy.keep == KEEP_NO)
		rc = delete_some(f, came, n, err);
	free(came);
	return rc;
}

/*
 * Record deleted messages as gone: a message that appears under the UIDL of one
 * of them will be verified before it counts as known.
 */
int fetch_record_deleted(struct fetch *f, struct error *err)
{
	int rc = 0;

	if (f->n_deleted == 0)
		return 0;
	if (state_begin(f->state, err) == -1)
		return -1;
	for (size_t i = 0; rc == 0 && i < f->n_deleted; i++) {
		struct slice uidl = mailbox_uidl(&f->listing, f->deleted[i]);

		rc = state_set_deleted(f->state, f->job->account_id, uidl,
				       f->deleted[i]->size, f->policy.now, err);
	}
	return state_end(f->state, rc, err);
}
