/* SPDX-License-Identifier: ISC */
/*
 * One message never blocks a mailbox. What fails is counted by message: by its
 * UIDL and its listed size. After the first failure it comes last, and if it
 * broke the session, in a session of its own. After ATTEMPTS_MAX it is left on
 * the server, a person is told, and it is tried again after REST_SECONDS, then
 * after twice that time, at last once a day: often it was the network.
 */
#include <stdlib.h>
#include <string.h>

#include "account/refusal.h"
#include "fetch/internal.h"
#include "state/told.h"
#include "util/log.h"
#include "util/value.h"
#include "util/xalloc.h"

#include "util/banned.h"

/*
 * How long a message is left: at first, at most, and at most when the server
 * calls its trouble temporary. A little less than the day of a cron job.
 */
#define REST_SECONDS	 ((int64_t)900)
#define REST_MAX_SECONDS ((int64_t)24 * 3600 - 900)
#define BUSY_MAX_SECONDS ((int64_t)3600)

/* A server that refuses TOP, or does not answer it, has no TOP for so long. */
#define NO_TOP_SECONDS ((int64_t)7 * 24 * 3600)

/* More messages of one session are counted, not named. */
#define NAMED_MAX 5

static int64_t now_of(const struct fetch *f)
{
	return f->session / 1000000;
}

static struct attempt *attempt_of(const struct fetch *f,
				  const struct mailbox_entry *entry)
{
	return attempts_find(&f->attempts, mailbox_uidl(&f->listing, entry),
			     entry->size);
}

/* A time far ahead is of a clock that was wrong. */
static bool is_due(const struct fetch *f, const struct attempt *a)
{
	int64_t now = now_of(f);
	bool waits = a->next > now && a->next - now <= 2 * REST_MAX_SECONDS;
	bool is_fresh = f->run != NULL && a->last >= f->run->began &&
			a->last <= f->session;

	return !waits && !is_fresh;
}

static void add_suspect(struct fetch *f, const struct mailbox_entry *entry,
			bool due)
{
	struct suspect *suspect = &f->suspects[f->n_suspects++];

	suspect->entry = entry;
	suspect->due = due;
}

/* New messages: those that were refused go to the end of the list. */
static void sort_new(struct fetch *f)
{
	struct listing_todo *todo = &f->todo;
	size_t n_all = todo->n_fetch + todo->n_left, n = 0, n_late = 0;
	const struct mailbox_entry **late = xcalloc(n_all, sizeof(*late));
	int64_t limit = f->policy.limit;

	for (size_t i = 0; i < n_all; i++) {
		const struct mailbox_entry *entry = todo->fetch[i];
		const struct attempt *a = attempt_of(f, entry);

		if (a == NULL)
			todo->fetch[n++] = entry;
		else if (!is_due(f, a))
			continue;
		else if (a->alone)
			add_suspect(f, entry, false);
		else
			late[n_late++] = entry;
	}
	memcpy(todo->fetch + n, late, n_late * sizeof(*late));
	free(late);
	n += n_late;
	todo->n_fetch = limit != 0 && (int64_t)n > limit ? (size_t)limit : n;
	todo->n_left = n - todo->n_fetch;
	todo->fetch_bytes = 0;
	for (size_t i = 0; i < todo->n_fetch; i++)
		todo->fetch_bytes += todo->fetch[i]->size;
}

/* Known messages: what must stay there is not looked at, either. */
static void sort_known(struct fetch *f)
{
	struct listing_todo *todo = &f->todo;
	size_t n = 0;

	for (size_t i = 0; i < todo->n_verify; i++) {
		const struct attempt *a = attempt_of(f, todo->verify[i]);

		if (a == NULL) {
			todo->known[n] = todo->known[i];
			todo->verify[n++] = todo->verify[i];
		} else if ((!a->keep || todo->known[i].back) && is_due(f, a)) {
			/* One that is back may be another message. */
			add_suspect(f, todo->verify[i], todo->known[i].due);
		}
	}
	todo->n_verify = n;
	n = 0;
	for (size_t i = 0; i < todo->n_remove; i++)
		if (attempt_of(f, todo->remove[i]) == NULL)
			todo->remove[n++] = todo->remove[i];
	todo->n_remove = n;
}

/* Rows of messages that are listed, and wanted or kept. */
static bool *find_wanted(const struct fetch *f)
{
	bool *wanted = xcalloc(f->attempts.n, sizeof(*wanted));

	for (size_t i = 0; i < f->listing.n; i++) {
		const struct attempt *a = attempt_of(f, &f->listing.entries[i]);

		if (a != NULL)
			wanted[a - f->attempts.list] =
				a->keep || a->alone || f->todo.rows[i] == 0;
	}
	return wanted;
}

/* May what is not listed be forgotten? */
static bool is_listed_here(const struct fetch *f, const struct attempt *a)
{
	return listing_has(f->policy.prefix, a->uidl) &&
	       !(f->policy.is_partial && a->keep);
}

static int forget_others(struct fetch *f, struct error *err)
{
	bool *wanted = find_wanted(f);
	int rc = state_begin(f->state, err);

	if (rc == -1) {
		free(wanted);
		return -1;
	}
	for (size_t i = 0; rc == 0 && i < f->attempts.n; i++) {
		const struct attempt *a = &f->attempts.list[i];

		if (!wanted[i] && is_listed_here(f, a))
			rc = state_forget_attempt(f->state, f->job->account_id,
						  a->uidl, a->size, err);
	}
	free(wanted);
	return state_end(f->state, rc, err);
}

int fetch_sort_out(struct fetch *f, struct error *err)
{
	if (f->attempts.n == 0)
		return 0;
	f->suspects = xcalloc(f->listing.n, sizeof(*f->suspects));
	sort_new(f);
	sort_known(f);
	return f->dry ? 0 : forget_others(f, err);
}

static int may_tell(struct fetch *f, const char *kind,
		    const struct mailbox_entry *entry, bool *tell_out,
		    struct error *err)
{
	struct slice uidl = mailbox_uidl(&f->listing, entry);
	struct buf key = BUF_INIT(MAILBOX_UIDL_MAX + 32);
	int rc;

	buf_addf(&key, "%s %.*s", kind, (int)uidl.len, uidl.p);
	rc = state_tell(f->state, f->job->account_id, key.s, now_of(f),
			tell_out, err);
	buf_release(&key);
	return rc;
}

static void tell(const struct fetch *f, const struct mailbox_entry *entry,
		 const struct failure *failure, bool left)
{
	struct slice uidl = mailbox_uidl(&f->listing, entry);
	struct slice word = value_word_to_copy(uidl, "UIDL");
	int len = (int)(uidl.len > 100 ? 100 : uidl.len);

	if (failure->kept)
		log_warning("%s: message %u (UIDL %.*s) may be damaged: %s; "
			    "what came is delivered, and it stays on the "
			    "server: compare the two, by web mail, and delete "
			    "it there",
			    f->name, (unsigned)entry->number, len, uidl.p,
			    failure->why);
	else if (left)
		log_warning("%s: message %u cannot be fetched: \"%s\"; it "
			    "stays on the server (UIDL %.*s) and is tried "
			    "again, less and less often, at last once a day. "
			    "Read and delete it by web mail, or give it up: "
			    "postroom state mark-seen %s %.*s",
			    f->name, (unsigned)entry->number, failure->why, len,
			    uidl.p, f->name, (int)word.len, word.p);
	else
		log_warning("%s: message %u cannot be fetched: \"%s\"; will "
			    "be tried again",
			    f->name, (unsigned)entry->number, failure->why);
}

static int64_t next_try(const struct fetch *f, const struct failure *failure,
			int64_t failures)
{
	struct refusal refusal;
	int64_t rest = REST_SECONDS, most = REST_MAX_SECONDS;

	if (failures < ATTEMPTS_MAX)
		return 0;
	refusal_read(slice_str(failure->why), f->job->account->host, &refusal);
	if (refusal.kind == REFUSAL_TEMPORARY)
		most = BUSY_MAX_SECONDS;
	for (int64_t i = ATTEMPTS_MAX; i < failures && rest < most; i++)
		rest *= 2;
	return now_of(f) + (rest < most ? rest : most);
}

int fetch_count_failure(struct fetch *f, const struct mailbox_entry *entry,
			const struct failure *failure, struct error *err)
{
	const struct attempt *old = attempt_of(f, entry);
	char *why = xstrdup(failure->why);
	struct attempt a = {
		.uidl = mailbox_uidl(&f->listing, entry),
		.size = entry->size,
		.failures = old == NULL ? 1 : old->failures + 1,
		.last = f->session,
		.keep = failure->kept,
		.alone = failure->alone || (old != NULL && old->alone),
		.has_sha256 = failure->sha256 != NULL,
		.trouble = why,
	};
	bool left = a.failures >= ATTEMPTS_MAX, say = false;
	int rc = 0;

	a.next = next_try(f, failure, a.failures);
	if (a.has_sha256)
		memcpy(a.sha256, failure->sha256, HASH_SIZE);
	/* Without a UIDL it cannot be told from others. */
	if (entry->uidl_len > 0)
		rc = state_set_attempt(f->state, f->job->account_id, &a, err);
	/* A session that broke once is no news of its message yet. */
	if (rc == 0 && (left || failure->kept || !failure->alone))
		rc = may_tell(f, left ? "left" : "retr", entry, &say, err);
	if (rc == 0 && (say || f->job->watched) && ++f->n_named <= NAMED_MAX)
		tell(f, entry, failure, left);
	free(why);
	return rc;
}

void fetch_tell_rest(const struct fetch *f)
{
	if (f->n_named > NAMED_MAX)
		log_warning("%s: %zu more messages cannot be fetched; see "
			    "postroom status",
			    f->name, f->n_named - NAMED_MAX);
}

void fetch_note_refused(struct fetch *f, const struct mailbox_entry *entry,
			const char *why, bool alone)
{
	xgrow(&f->refused, f->n_refused, sizeof(*f->refused));
	f->refused[f->n_refused].entry = entry;
	f->refused[f->n_refused].alone = alone;
	f->refused[f->n_refused++].why = xstrdup(why);
}

static int count_refused(struct fetch *f, struct error *err)
{
	for (size_t i = 0; i < f->n_refused; i++) {
		struct failure failure = {.why = f->refused[i].why,
					  .alone = f->refused[i].alone};

		if (fetch_count_failure(f, f->refused[i].entry, &failure,
					err) == -1)
			return -1;
	}
	return 0;
}

int fetch_record_refused(struct fetch *f, struct error *err)
{
	int rc;

	if (f->n_refused == 0)
		return 0;
	if (state_begin(f->state, err) == -1)
		return -1;
	rc = state_end(f->state, count_refused(f, err), err);
	for (size_t i = 0; i < f->n_refused; i++)
		free(f->refused[i].why);
	f->n_refused = 0;
	return rc;
}

int fetch_note_no_top(struct fetch *f, struct error *err)
{
	f->faults.no_top_until = now_of(f) + NO_TOP_SECONDS;
	return state_set_server(f->state, f->server, &f->faults, err);
}

static int blame(struct fetch *f, const struct mailbox_entry *entry,
		 const struct error *trouble, struct error *err)
{
	struct failure failure = {.why = trouble->text, .alone = true};
	int rc;

	if (entry->uidl_len == 0)
		return 0;
	if (state_begin(f->state, err) == -1)
		return -1;
	rc = fetch_count_failure(f, entry, &failure, err);
	return state_end(f->state, rc, err);
}

/* A message that was not proved is suspected first, then the awaited one. */
void fetch_blame(struct fetch *f, const struct error *trouble)
{
	struct mailbox_break broke;
	const struct mailbox_entry *entry;
	struct error err = ERROR_INIT;
	int rc = 0;

	if (!fetch_is_connected(f) || !f->listed || f->is_over)
		return;
	broke = fetch_broke(f);
	entry = f->culprit != NULL ? f->culprit : broke.entry;
	/* A full disk is no fault of the message. */
	if (broke.kind == MAILBOX_UNBROKEN || entry == NULL ||
	    trouble->kind == ERR_LOCAL)
		return;
	if (broke.command == MAILBOX_HEADER && broke.answered == 0 &&
	    f->remote.pop3 != NULL)
		rc = fetch_note_no_top(f, &err);
	else if (broke.command != MAILBOX_DELETE)
		rc = blame(f, entry, trouble, &err);
	if (rc == -1)
		log_error("%s: %s", f->name, err.text);
}
