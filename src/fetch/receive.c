/* SPDX-License-Identifier: ISC */
/* Messages on their way into the spool, and which of them are complete. */
#include <string.h>

#include "fetch/internal.h"
#include "fetch/known.h"
#include "fetch/room.h"
#include "mail/identity.h"
#include "tell/report.h"
#include "util/clock.h"
#include "util/io.h"
#include "util/log.h"

#include "util/banned.h"

/* Report progress no more often than the parent draws. */
#define PROGRESS_MS 200

/*
 * A batch waits until all of it is proved. From this size on it is committed
 * at the first chance, so that it has room for the next ones until then.
 */
#define BATCH_ENOUGH (SPOOL_BATCH_MAX - 2 * POP3_SYNC_MAX)

/* NOLINTNEXTLINE(misc-redundant-expression): they are two macros */
_Static_assert(INTAKE_HEAD_MAX == IDENTITY_HEAD_MAX,
	       "fetch and deliver compute the same identity");
_Static_assert(BATCH_ENOUGH > 0, "there is room for what is not proved");

static void wake_sorter(const struct fetch *f)
{
	struct error ignored = ERROR_INIT;

	if (f->job->wake_fd != -1)
		(void)io_write(f->job->wake_fd, "m", 1, "", &ignored);
}

/* Transaction T1: only messages committed here may be deleted on the server. */
int fetch_commit(struct fetch *f, struct error *err)
{
	size_t n_new;

	if (f->batch.n == 0)
		return 0;
	if (spool_batch_commit(&f->batch, f->state, &n_new, err) == -1) {
		f->n_durable = 0; /* the outcome is unknown: delete nothing */
		return -1;
	}
	f->n_durable = (size_t)f->n_fetched;
	f->n_new += n_new;
	fetch_report(f, REPORT_FETCHED, f->before.fetched + f->n_fetched,
		     f->before.bytes + f->bytes_fetched);
	wake_sorter(f);
	return 0;
}

/* Shows progress within a large message. */
static void note_progress(void *context, uint64_t bytes)
{
	struct fetch *f = context;
	int64_t now = clock_ms();

	if (now - f->reported < PROGRESS_MS)
		return;
	f->reported = now;
	fetch_report(f, REPORT_FETCHED, f->before.fetched + f->n_fetched,
		     f->before.bytes + f->bytes_fetched + bytes);
}

static int check_room(void *context, struct error *err)
{
	return fetch_check_room(context, err);
}

void fetch_watch(struct fetch *f)
{
	fetch_watch_remote(f, f->job->report_fd != -1 ? note_progress : NULL,
			   check_room);
}

int fetch_keep(struct fetch *f, int *fd, const char *name,
	       const struct mailbox_answer *answer, size_t nth,
	       struct error *err)
{
	struct fetched fetched = {
		.entry = answer->entry,
		.nth = nth,
		.exact = answer->exact,
		.longer = answer->octets > answer->entry->size,
		.size = answer->size,
	};
	struct received received = {
		.account = f->job->account_id,
		.session = f->session,
		.uidl = mailbox_uidl(&f->listing, answer->entry),
		.listed_size = answer->entry->size,
		.size = answer->size,
		.now = clock_calendar_s(),
	};

	fetch_describe(f, answer, &received.there);
	if (received.uidl.len == 0)
		received.uidl = SLICE_EMPTY;
	memcpy(received.sha256, answer->sha256, HASH_SIZE);
	identity_of(answer->head, received.identity);
	if (fetch_recognise(f, answer, &received, err) == -1)
		return -1;
	if (spool_batch_add(&f->batch, fd, name, &received, err) == -1)
		return -1;
	f->fetched[f->n_fetched++] = fetched;
	f->bytes_fetched += answer->size;
	return 0;
}

static bool is_synced(const struct fetch *f, const struct fetched *m)
{
	return m->nth <= fetch_synced(f);
}

static bool is_proved(const struct fetch *f, const struct fetched *m)
{
	return m->exact || is_synced(f, m);
}

/* Commit the batch if it is large enough and nothing of it is in doubt. */
static int commit_if_due(struct fetch *f, struct error *err)
{
	if (!spool_batch_is_full(&f->batch) && f->batch.n < BATCH_ENOUGH)
		return 0;
	for (size_t i = f->n_fetched - f->batch.n; i < f->n_fetched; i++)
		if (!is_proved(f, &f->fetched[i]))
			return 0;
	return fetch_commit(f, err);
}

const char *fetch_why_unusable(const struct mailbox_answer *answer)
{
	if (!answer->ok)
		return answer->text;
	if (answer->size == 0 && answer->entry->size > 2)
		return "it came empty";
	return NULL;
}

/* The next session asks again for what brought no message. */
static int take_answer(struct fetch *f, int *fd, const char *name,
		       const struct mailbox_answer *answer, size_t nth,
		       struct error *err)
{
	const char *why = fetch_why_unusable(answer);

	if (answer->is_gone) {
		f->vanished[answer->entry - f->listing.entries] = true;
		return 0;
	}
	if (why == NULL && answer->is_dotted)
		why = "the server does not double dots";
	if (why != NULL) {
		fetch_note_refused(f, answer->entry, why, answer->is_dotted);
		if (answer->size > 0) {
			/* The next message must not be written behind it. */
			io_close_quietly(fd);
			spool_remove(&f->spool, name);
		}
		return 0;
	}
	if (fetch_keep(f, fd, name, answer, nth, err) == -1)
		return -1;
	return commit_if_due(f, err);
}

static int receive_all(struct fetch *f, int *fd, char *name, struct error *err)
{
	struct mailbox_answer answer;
	size_t nth = 0;
	int rc;

	do {
		if (*fd == -1)
			*fd = spool_create(&f->spool, f->prefix, name, err);
		if (*fd == -1)
			return -1;
		rc = fetch_next(f, *fd, &answer, err);
		/* Earlier ones may have been proved by now. */
		if (rc >= 0 && commit_if_due(f, err) == -1)
			return -1;
		if (rc == 1 &&
		    take_answer(f, fd, name, &answer, ++nth, err) == -1)
			return -1;
	} while (rc == 1);
	return rc;
}

/*
 * The session broke. A message that is not proved stays if it is not shorter
 * than listed, and if an answer followed it, in a session that did not
 * contradict itself.
 */
static bool survives(const struct fetch *f, const struct fetched *m)
{
	struct mailbox_break broke = fetch_broke(f);

	return is_proved(f, m) || (broke.kind != MAILBOX_CONFUSED &&
				   m->longer && m->nth < broke.answered);
}

static void drop_unproved(struct fetch *f)
{
	for (size_t i = f->batch.n; i-- > 0;) {
		size_t at = f->n_fetched - f->batch.n + i;
		struct fetched *m = &f->fetched[at];

		if (survives(f, m))
			continue;
		/* The last one is suspected before the one that is awaited. */
		if (f->culprit == NULL &&
		    (fetch_broke(f).kind == MAILBOX_CONFUSED ||
		     m->nth == fetch_broke(f).answered))
			f->culprit = m->entry;
		log_info("%s: message %u is not proved complete, and will be "
			 "read again",
			 f->name, (unsigned)m->entry->number);
		f->bytes_fetched -= m->size;
		f->n_fetched--;
		memmove(m, m + 1, (f->n_fetched - at) * sizeof(*m));
		spool_batch_remove(&f->batch, i);
	}
}

/* The session broke: read its messages again before deleting them. */
static int record_doubts(struct fetch *f, size_t first, struct error *err)
{
	bool confused = fetch_broke(f).kind == MAILBOX_CONFUSED;

	for (size_t i = first; i < f->n_durable; i++) {
		const struct fetched *m = &f->fetched[i];

		if (is_synced(f, m) || (m->exact && !confused))
			continue;
		if (state_set_doubt(f->state, f->job->account_id,
				    mailbox_uidl(&f->listing, m->entry),
				    m->entry->size, true, err) == -1)
			return -1;
	}
	return 0;
}

/* A message that came is no trouble any more. */
static int forget_trouble(struct fetch *f, size_t first, struct error *err)
{
	for (size_t i = first; i < f->n_durable; i++) {
		const struct mailbox_entry *entry = f->fetched[i].entry;
		struct slice uidl = mailbox_uidl(&f->listing, entry);

		if (f->has_doubts &&
		    state_set_doubt(f->state, f->job->account_id, uidl,
				    entry->size, false, err) == -1)
			return -1;
		if (attempts_find(&f->attempts, uidl, entry->size) != NULL &&
		    state_forget_attempt(f->state, f->job->account_id, uidl,
					 entry->size, err) == -1)
			return -1;
	}
	return 0;
}

static int settle(struct fetch *f, size_t first, struct error *err)
{
	drop_unproved(f);
	if (fetch_commit(f, err) == -1)
		return -1;
	return record_doubts(f, first, err);
}

int fetch_receive(struct fetch *f, const struct mailbox_entry *const *list,
		  size_t n, struct error *err)
{
	struct error late = ERROR_INIT;
	char name[SPOOL_NAME_MAX];
	size_t first = (size_t)f->n_fetched;
	int fd = -1, rc;

	if (n == 0)
		return 0;
	fetch_request(f, MAILBOX_MESSAGE, list, n, f->policy.max_size);
	rc = receive_all(f, &fd, name, err);
	if (fd != -1) {
		io_close_quietly(&fd);
		spool_remove(&f->spool, name);
	}
	if (rc == -1) {
		/* The first error is the one to report. */
		(void)settle(f, first, &late);
		(void)fetch_record_refused(f, &late);
		return -1;
	}
	for (size_t i = first; i < f->n_fetched; i++)
		f->fetched[i].nth = 0;
	if (fetch_commit(f, err) == -1 || forget_trouble(f, first, err) == -1)
		return -1;
	return fetch_record_refused(f, err);
}

/* `limit` counts messages that come: go on behind those that do not. */
int fetch_retrieve(struct fetch *f, struct error *err)
{
	struct listing_todo *todo = &f->todo;
	size_t n_all = todo->n_fetch + todo->n_left, at = 0;
	size_t limit =
		f->policy.limit == 0 ? SIZE_MAX : (size_t)f->policy.limit;

	while (at < n_all && f->n_fetched < limit) {
		size_t n = limit - (size_t)f->n_fetched;

		if (n > n_all - at)
			n = n_all - at;
		n = fetch_fitting(f, todo->fetch + at, n);
		f->is_short = n == 0;
		if (n == 0)
			break;
		if (fetch_receive(f, todo->fetch + at, n, err) == -1)
			return -1;
		at += n;
	}
	todo->n_fetch = at;
	todo->n_left = n_all - at;
	return 0;
}
