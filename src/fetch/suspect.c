/* SPDX-License-Identifier: ISC */
/*
 * Suspects are read one by one, with nothing on its way behind them, so that
 * all that comes belongs to the message. When bytes come behind its end, the
 * server does not double dots, and the message ended too early: it is read
 * again by its listed size. What cannot be proved complete twice is delivered
 * as it came, and never deleted on the server.
 */
#include <stdlib.h>
#include <string.h>

#include "fetch/internal.h"
#include "util/io.h"
#include "util/log.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* A reading of a message: its file, and what is known of it. */
struct reading {
	char name[SPOOL_NAME_MAX];
	int fd; /* -1: none */
	struct mailbox_answer answer;
	char *head; /* of the answer; the next reading does not replace it */
};

static void drop(struct fetch *f, struct reading *r)
{
	free(r->head);
	if (r->fd == -1)
		return;
	io_close_quietly(&r->fd);
	spool_remove(&f->spool, r->name);
}

static int read_once(struct fetch *f, const struct mailbox_entry *entry,
		     bool literal, struct reading *r, struct error *err)
{
	r->fd = spool_create(&f->spool, f->prefix, r->name, err);
	if (r->fd == -1)
		return -1;
	if (fetch_read_alone(f, entry, literal, r->fd, &r->answer, err) != 1)
		return -1;
	r->head = xmemdup0(r->answer.head.p, r->answer.head.len);
	r->answer.head.p = r->head;
	return 0;
}

static bool is_proved(const struct mailbox_answer *a)
{
	return !a->has_stray && !a->is_dotted && (a->exact || !a->is_odd);
}

/* *n_new_out: 0 when the content was known. */
static int keep(struct fetch *f, struct reading *r, size_t *n_new_out,
		struct error *err)
{
	size_t n_new = f->n_new;

	if (fetch_keep(f, &r->fd, r->name, &r->answer, 0, err) == -1 ||
	    fetch_commit(f, err) == -1)
		return -1;
	*n_new_out = f->n_new - n_new;
	return 0;
}

static int keep_proved(struct fetch *f, const struct suspect *s,
		       struct reading *r, struct error *err)
{
	struct slice uidl = mailbox_uidl(&f->listing, s->entry);
	size_t n_new;

	if (keep(f, r, &n_new, err) == -1)
		return -1;
	/* With keep-on-server = no, all that came is deleted anyway. */
	if (s->due && n_new == 0 && f->policy.keep != KEEP_NO)
		f->todo.remove[f->todo.n_remove++] = s->entry;
	if (state_set_doubt(f->state, f->job->account_id, uidl, s->entry->size,
			    false, err) == -1)
		return -1;
	return state_forget_attempt(f->state, f->job->account_id, uidl,
				    s->entry->size, err);
}

static const char *why_unproved(const struct mailbox_answer *a,
				const struct attempt *old)
{
	if (old != NULL && old->has_sha256 &&
	    memcmp(old->sha256, a->sha256, HASH_SIZE) != 0)
		return "two readings of it differ";
	if (a->has_stray)
		return "bytes follow its end";
	if (a->is_dotted)
		return "the server does not double dots, and its size is wrong";
	return "it begins like an answer of the server";
}

/* The first time it is read again by the next run; then delivered. */
static int keep_unproved(struct fetch *f, const struct suspect *s,
			 struct reading *r, struct error *err)
{
	const struct attempt *old =
		attempts_find(&f->attempts, mailbox_uidl(&f->listing, s->entry),
			      s->entry->size);
	struct failure failure = {
		.why = why_unproved(&r->answer, old),
		.alone = true,
		.kept = old != NULL && old->failures + 1 >= ATTEMPTS_MAX,
		.sha256 = r->answer.sha256,
	};
	size_t n_new;
	int rc;

	if (state_begin(f->state, err) == -1)
		return -1;
	/* First the mark: a crash in between must not make it deletable. */
	rc = state_end(f->state,
		       fetch_count_failure(f, s->entry, &failure, err), err);
	if (rc == -1 || !failure.kept)
		return rc;
	if (keep(f, r, &n_new, err) == -1)
		return -1;
	f->fetched[f->n_fetched - 1].keep = true;
	/* The failure is forgotten when the message is not listed for once. */
	return state_set_doubt(f->state, f->job->account_id,
			       mailbox_uidl(&f->listing, s->entry),
			       s->entry->size, true, err);
}

/* Read as it came, and if that proves nothing, by its listed size. */
static int read_both(struct fetch *f, const struct suspect *s,
		     struct reading *first, struct reading *second,
		     struct error *err)
{
	const struct mailbox_answer *a = &first->answer;
	const char *why;

	if (read_once(f, s->entry, false, first, err) == -1)
		return -1;
	if (a->is_gone) {
		f->vanished[s->entry - f->listing.entries] = true;
		return 0;
	}
	why = fetch_why_unusable(a);
	if (why != NULL) {
		fetch_note_refused(f, s->entry, why, false);
		return fetch_record_refused(f, err);
	}
	if (is_proved(a))
		return keep_proved(f, s, first, err);
	if (a->has_stray || a->is_dotted) {
		if (read_once(f, s->entry, true, second, err) == -1)
			return -1;
		if (second->answer.ok && !second->answer.has_stray)
			return keep_proved(f, s, second, err);
	}
	return keep_unproved(f, s, first, err);
}

static int read_suspect(struct fetch *f, const struct suspect *s,
			struct error *err)
{
	struct reading first = {.fd = -1}, second = {.fd = -1};
	int rc = read_both(f, s, &first, &second, err);

	drop(f, &first);
	drop(f, &second);
	return rc;
}

int fetch_read_suspects(struct fetch *f, struct error *err)
{
	for (size_t i = 0; i < f->n_suspects; i++) {
		const struct suspect *s = &f->suspects[i];

		if (f->policy.limit != 0 &&
		    (int64_t)f->n_fetched >= f->policy.limit)
			return 0;
		if (read_suspect(f, s, err) == 0)
			continue;
		if (fetch_broke(f).kind == MAILBOX_UNBROKEN)
			return -1;
		log_info("%s: message %u, read alone: %s", f->name,
			 (unsigned)s->entry->number, err->text);
		fetch_blame(f, err);
		f->is_over = true;
		return -1;
	}
	return 0;
}
