/* SPDX-License-Identifier: ISC */
#include "fetch/session.h"

#include <string.h>

#include "account/provider.h"
#include "fetch/internal.h"
#include "mail/identity.h"
#include "net/conn.h"
#include "state/seen.h"
#include "tell/report.h"
#include "util/clock.h"
#include "util/io.h"
#include "util/log.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Report progress no more often than the parent draws. */
#define PROGRESS_MS 200

/* NOLINTNEXTLINE(misc-redundant-expression): they are two macros */
_Static_assert(POP3_HEAD_MAX == IDENTITY_HEAD_MAX,
	       "fetch and deliver compute the same identity");

void fetch_prepare(const struct account *account)
{
	conn_prepare(account);
}

static void report(const struct fetch *f, enum report_kind kind, uint64_t count,
		   uint64_t bytes)
{
	struct report_event event = {
		.kind = kind,
		.account = f->job->account_index,
		.count = count,
		.bytes = bytes,
	};

	report_send(f->job->report_fd, &event);
}

static void log_todo(const struct fetch *f)
{
	log_info("%s: %zu messages on the server, %zu known, %zu to fetch",
		 f->name, f->listing.n, f->todo.n_known, f->todo.n_fetch);
	if (f->todo.n_too_large > 0)
		log_info("%s: %zu messages larger than max-size stay on the "
			 "server",
			 f->name, f->todo.n_too_large);
	if (f->todo.n_left > 0)
		log_info("%s: %zu messages beyond the limit are left for the "
			 "next session",
			 f->name, f->todo.n_left);
	report(f, REPORT_LISTED, f->todo.n_fetch, f->todo.fetch_bytes);
}

int fetch_list(struct fetch *f, struct error *err)
{
	if (fetch_read_listing(f, err) == -1 ||
	    fetch_adopt_found(f, err) == -1 || fetch_check_epoch(f, err) == -1)
		return -1;
	f->durable = xcalloc(f->listing.n, sizeof(struct pop3_entry *));
	f->deleted = xcalloc(f->listing.n, sizeof(struct pop3_entry *));
	log_todo(f);
	return 0;
}

/* Messages that had gone and are verified: one transaction for all. */
static int record_back(struct fetch *f, struct error *err)
{
	const struct listing_todo *todo = &f->todo;
	size_t n = 0;
	int rc = 0;

	for (size_t i = 0; i < todo->n_verify; i++)
		n += todo->known[i].back && todo->known[i].same;
	if (n == 0)
		return 0;
	if (state_begin(f->state, err) == -1)
		return -1;
	for (size_t i = 0; rc == 0 && i < todo->n_verify; i++) {
		const struct listing_known *known = &todo->known[i];

		if (known->back && known->same)
			rc = state_set_present(f->state, known->id, err);
	}
	return state_end(f->state, rc, err);
}

/*
 * Before deleting a known message, or trusting one that had disappeared, check
 * that its header is still the recorded one, because servers reuse UIDLs. A
 * message whose header differs is fetched.
 */
static int verify_known(struct fetch *f, struct error *err)
{
	struct listing_todo *todo = &f->todo;
	struct pop3_answer answer;
	size_t i = 0;
	int rc;

	pop3_request(f->pop3, POP3_TOP, todo->verify, todo->n_verify, 0);
	while ((rc = pop3_next(f->pop3, -1, &answer, err)) == 1) {
		struct listing_known *known = &todo->known[i++];
		unsigned char identity[HASH_SIZE];
		struct seen row;

		/* Where TOP fails, the message counts as different. */
		if (answer.ok) {
			if (state_get_seen(f->state, known->id, &row, err) ==
			    -1)
				return -1;
			identity_of(answer.head, identity);
			known->same =
				memcmp(identity, row.identity, HASH_SIZE) == 0;
		}
		if (!known->same)
			todo->fetch[todo->n_fetch++] = answer.entry;
		else if (known->due)
			todo->remove[todo->n_remove++] = answer.entry;
	}
	return rc == 0 ? record_back(f, err) : rc;
}

static void wake_sorter(const struct fetch *f)
{
	struct error ignored = ERROR_INIT;

	if (f->job->wake_fd != -1)
		(void)io_write(f->job->wake_fd, "m", 1, "", &ignored);
}

/* Transaction T1: only messages committed here may be deleted on the server. */
static int commit(struct fetch *f, struct error *err)
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
	report(f, REPORT_FETCHED, f->n_fetched, f->bytes_fetched);
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
	report(f, REPORT_FETCHED, f->n_fetched, f->bytes_fetched + bytes);
}

/* A complete message in *fd joins the batch. */
static int keep_message(struct fetch *f, int *fd, const char *name,
			const struct pop3_answer *answer, struct error *err)
{
	struct received received = {
		.account = f->job->account_id,
		.session = f->session,
		.uidl = pop3_uidl(&f->listing, answer->entry),
		.listed_size = answer->entry->size,
		.size = answer->size,
		.now = f->session / 1000000,
	};

	if (received.uidl.len == 0)
		received.uidl = SLICE_EMPTY;
	memcpy(received.sha256, answer->sha256, HASH_SIZE);
	identity_of(answer->head, received.identity);
	if (spool_batch_add(&f->batch, fd, name, &received, err) == -1)
		return -1;
	f->durable[f->n_fetched++] = answer->entry;
	f->bytes_fetched += answer->size;
	return spool_batch_is_full(&f->batch) ? commit(f, err) : 0;
}

/* Did the answer bring no message? The next session asks for it again. */
static bool is_unusable(const struct fetch *f, const struct pop3_answer *answer)
{
	if (!answer->ok)
		log_warning("%s: message %u cannot be fetched: \"%s\"; will "
			    "be tried again",
			    f->name, (unsigned)answer->entry->number,
			    answer->text);
	else if (answer->size == 0 && answer->entry->size > 2)
		log_warning("%s: message %u came empty, though %llu bytes "
			    "were listed; will be tried again",
			    f->name, (unsigned)answer->entry->number,
			    (unsigned long long)answer->entry->size);
	else
		return false;
	return true;
}

static int receive_all(struct fetch *f, int *fd, char *name, struct error *err)
{
	struct pop3_answer answer;
	int rc;

	do {
		if (*fd == -1)
			*fd = spool_create(&f->spool, f->prefix, name, err);
		if (*fd == -1)
			return -1;
		rc = pop3_next(f->pop3, *fd, &answer, err);
		if (rc == 1 && !is_unusable(f, &answer) &&
		    keep_message(f, fd, name, &answer, err) == -1)
			return -1;
	} while (rc == 1);
	return rc;
}

/*
 * Receive everything new into the spool. Complete messages are committed even
 * if the session then breaks: they need not be fetched again.
 */
static int retrieve(struct fetch *f, struct error *err)
{
	struct error late = ERROR_INIT;
	char name[SPOOL_NAME_MAX];
	int fd = -1, rc;

	if (f->todo.n_fetch == 0)
		return 0;
	if (f->job->report_fd != -1)
		pop3_watch(f->pop3, note_progress, NULL, f);
	pop3_request(f->pop3, POP3_RETR, f->todo.fetch, f->todo.n_fetch,
		     f->policy.max_size);
	rc = receive_all(f, &fd, name, err);
	if (fd != -1) {
		io_close_quietly(&fd);
		spool_remove(&f->spool, name);
	}
	if (commit(f, &late) == -1 && rc == 0) {
		*err = late;
		rc = -1;
	}
	return rc;
}

static int delete_some(struct fetch *f, const struct pop3_entry *const *list,
		       size_t n, struct error *err)
{
	struct pop3_answer answer;
	int rc;

	pop3_request(f->pop3, POP3_DELE, list, n, 0);
	while ((rc = pop3_next(f->pop3, -1, &answer, err)) == 1) {
		if (answer.ok)
			f->deleted[f->n_deleted++] = answer.entry;
		else
			log_info("%s: message %u could not be deleted: \"%s\"",
				 f->name, (unsigned)answer.entry->number,
				 answer.text);
	}
	return rc;
}

/* Delete known messages that are due and, with keep-on-server = no, new ones.
 */
static int delete_due(struct fetch *f, struct error *err)
{
	if (delete_some(f, f->todo.remove, f->todo.n_remove, err) == -1)
		return -1;
	if (f->policy.keep != KEEP_NO)
		return 0;
	return delete_some(f, f->durable, f->n_durable, err);
}

/*
 * Record deleted messages as gone: a message that appears under the UIDL of one
 * of them will be verified before it counts as known.
 */
static int record_deleted(struct fetch *f, struct error *err)
{
	int rc = 0;

	if (f->n_deleted == 0)
		return 0;
	if (state_begin(f->state, err) == -1)
		return -1;
	for (size_t i = 0; rc == 0 && i < f->n_deleted; i++) {
		struct slice uidl = pop3_uidl(&f->listing, f->deleted[i]);

		rc = state_set_deleted(f->state, f->job->account_id, uidl,
				       f->deleted[i]->size, f->policy.now, err);
	}
	return state_end(f->state, rc, err);
}

/* Deletions count only when QUIT was answered with +OK (RFC 1939, section 6).
 */
static int end_session(struct fetch *f, struct error *err)
{
	if (pop3_quit(f->pop3, err) == 0)
		return record_deleted(f, err);
	if (f->n_deleted > 0)
		return error_prefix(err, "the server did not confirm the "
					 "deletions");
	/* No deletions were pending, and everything wanted is here. */
	log_info("%s: %s", f->name, err->text);
	return 0;
}

/* THE SESSION: its steps, in order. */
static int run_session(struct fetch *f, struct error *err)
{
	if (fetch_connect(f, err) == -1 || fetch_list(f, err) == -1 ||
	    listing_record(&f->todo, f->state, &f->policy, err) == -1 ||
	    verify_known(f, err) == -1 || retrieve(f, err) == -1 ||
	    delete_due(f, err) == -1)
		return -1;
	return end_session(f, err);
}

/* Some providers list a part of the mailbox, and the next part later. */
static bool has_more(const struct fetch *f)
{
	const struct account *a = f->job->account;
	const struct provider *provider = a->provider != NULL
						  ? provider_find(a->provider)
						  : provider_of_host(a->host);

	return provider != NULL && provider_lists_some(provider) &&
	       f->n_new > 0 && f->todo.n_left == 0;
}

/* Run one session. *more_out: another one would bring mail, too. */
static enum error_kind run_once(const struct fetch_job *job, bool *more_out,
				bool *complain_out, struct error *err)
{
	struct fetch f;
	int rc = fetch_open(&f, job, err);

	fetch_emit_start(&f);
	if (rc == 0)
		rc = run_session(&f, err);
	if (rc == 0)
		err->kind = ERR_NONE;
	*complain_out = fetch_note_outcome(&f, err);
	*more_out = rc == 0 && has_more(&f);
	fetch_close(&f);
	return err->kind;
}

/* Let the sorter and other fetchers go on while on-trouble runs. */
static void release_job(const struct fetch_job *job)
{
	int wake_fd = job->wake_fd, lock_fd = job->lock_fd;

	io_close_quietly(&wake_fd);
	io_close_quietly(&lock_fd);
}

int fetch_run(const struct fetch_job *job)
{
	struct error err = ERROR_INIT;
	bool more, complain;
	enum error_kind kind;

	do
		kind = run_once(job, &more, &complain, &err);
	while (more);
	if (complain) {
		release_job(job);
		fetch_notify_person(job, &err);
	}
	return error_exit_status(kind);
}
