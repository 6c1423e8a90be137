/* SPDX-License-Identifier: ISC */
#include "sort/decide.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "sort/arrival.h"
#include "sort/batch.h"
#include "sort/events.h"
#include "sort/files.h"
#include "sort/host.h"
#include "sort/internal.h"
#include "sort/plan.h"
#include "sort/step.h"
#include "sort/suspect.h"
#include "sort/trouble.h"
#include "tell/report.h"
#include "util/io.h"
#include "util/log.h"
#include "util/xalloc.h"

#include "util/banned.h"

_Static_assert(JUDGE_ACCOUNT_MAX == ACCOUNT_NAME_MAX,
	       "the judge hears the whole name of an account");
_Static_assert(JUDGE_FOLDER_MAX + 1 == SERVER_FOLDER_MAX,
	       "and of a folder on a server");

/* Rules that are counted for one message; the rest is not. */
#define MATCHES_MAX 1024

static const char *who_of(const struct queued *message)
{
	return message->account[0] != '\0' ? message->account : "deliver";
}

static int account_index(const struct sorter *s, const char *name)
{
	for (size_t i = 0; i < s->options.n_accounts; i++)
		if (strcmp(s->options.accounts[i].name, name) == 0)
			return (int)i;
	return -1;
}

static void report_filings(const struct sorter *s, const struct decision *d)
{
	struct report_event event = {
		.kind = REPORT_FILED,
		.account = account_index(s, d->message.account)};

	for (size_t i = 0; s->options.report_fd != -1 && i < d->plan.n; i++) {
		const struct delivery *step = &d->plan.steps[i];

		if (step->kind != DELIVERY_FOLDER &&
		    step->kind != DELIVERY_DISCARD)
			continue;
		(void)snprintf(event.text, sizeof(event.text), "%s",
			       step->folder == NULL ? "discarded"
						    : step->folder);
		report_send(s->options.report_fd, &event);
	}
}

/* Will sorter_emit() emit an event when it is done? */
static bool is_told_later(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n; i++)
		if (step_kind_of(plan->steps[i].kind)->event != NULL)
			return true;
	return false;
}

static void note_decision(const struct sorter *s, const struct decision *d,
			  const struct verdict *verdict)
{
	const char *who = who_of(&d->message);
	struct buf what = BUF_INIT(4096);

	plan_describe(&d->plan, &what);
	if (d->plan.trouble[0] != '\0')
		log_warning("%s: %s could not be judged: %s; it %s%s", who,
			    d->summary, d->plan.trouble,
			    plan_stays(&d->plan) ? "stays" : "is filed into ",
			    plan_stays(&d->plan) ? ""
						 : d->plan.steps[0].folder);
	if (verdict->in_part)
		log_warning("%s: %s is too large or too deeply nested; rules "
			    "saw a part of it",
			    who, d->summary);
	for (size_t i = 0; i < verdict->n; i++)
		if (verdict->actions[i].kind == ACTION_LOG)
			log_warning("%s: %s", who, verdict->actions[i].text);
	if (is_told_later(&d->plan))
		log_plain("%s: %s %s", who, d->summary, what.s);
	else
		log_info("%s: %s %s", who, d->summary, what.s);
	buf_release(&what);
	report_filings(s, d);
}

static void take_answer(struct judge_answer *answer, struct decision *d)
{
	d->matched = answer->verdict.matched;
	d->n_matched = answer->verdict.n_matched < MATCHES_MAX
			       ? answer->verdict.n_matched
			       : MATCHES_MAX;
	if (log_wants_events(LOG_PRIORITY_INFO)) {
		d->about = xcalloc(1, sizeof(*d->about));
		memcpy(d->about->subject, answer->subject, JUDGE_SUBJECT_MAX);
		memcpy(d->about->from, answer->from, JUDGE_FROM_MAX);
	}
	answer->verdict.matched = NULL;
	answer->verdict.n_matched = 0;
	memcpy(d->summary, answer->summary, sizeof(d->summary));
	memcpy(d->id, answer->id, sizeof(d->id));
	/* Mail on disk was received before: its key is known already. */
	d->has_key = answer->verdict.has_key && d->message.origin[0] == '\0';
	if (d->has_key)
		memcpy(d->key, answer->verdict.key, HASH_SIZE);
}

/*
 * Messages behind it in the batch are duplicates of it, but only if it was
 * decided: otherwise it would later be discarded as a duplicate of them.
 */
static void remember_key(const struct decision *d, struct batch *b)
{
	if (d->has_key && d->plan.n > 0)
		sort_keys_add(&b->known, d->key);
}

/*
 * When a filter that must work (`filter-must`) failed for the last time, the
 * verdict becomes undecided: the message goes to the fallback folder.
 */
static void give_up(const struct sort_host *host, const struct queued *message,
		    struct verdict *verdict)
{
	int tries = message->tries + 1;
	struct buf reason = BUF_INIT(ERROR_TEXT_MAX);

	if (tries < (host->crashed ? PLAN_CRASHES_MAX : PLAN_TRIES_MAX))
		return;
	buf_addf(&reason, "rule %.400s; it was tried %d times", verdict->reason,
		 tries);
	verdict_release(verdict);
	verdict_init(verdict);
	verdict_set_undecided(verdict, reason.s);
	buf_release(&reason);
}

/* A header that has lost something is not filed: the message as it came is. */
static void check_edits(const struct sort_host *host, struct verdict *verdict)
{
	struct error err = ERROR_INIT;

	for (size_t i = 0; i < verdict->n_contents; i++) {
		if (sort_host_check(host, &verdict->contents[i], &err) == 0)
			continue;
		verdict_release(verdict);
		verdict_init(verdict);
		verdict_set_undecided(verdict, err.text);
		return;
	}
}

/* Turn the verdict into a plan with files; or the message waits. */
static void settle(struct sorter *s, const struct plan_context *context,
		   const struct sort_host *host, struct batch *b,
		   struct decision *d, struct verdict *verdict)
{
	struct error err = ERROR_INIT;

	if (verdict->postponed)
		give_up(host, &d->message, verdict);
	check_edits(host, verdict);
	plan_make(&d->plan, context, &d->message, verdict);
	if (verdict->postponed) {
		(void)error_set(&err, ERR_TEMPORARY, "%s: rule %s",
				who_of(&d->message), verdict->reason);
		sorter_step_failed(s, &err);
	}
	if (sorter_assign_files(s, host, d, verdict, &b->n_files, &err) == 0) {
		note_decision(s, d, verdict);
		return;
	}
	plan_release(&d->plan);
	sorter_step_failed(s, &err);
}

static void init_host(struct sort_host *host, struct sorter *s, int fd,
		      const struct batch *b, const struct decision *d,
		      int64_t now)
{
	bool on_disk = d->message.origin[0] != '\0';

	sort_host_init(host, &s->options, fd);
	host->state = on_disk ? NULL : s->state;
	host->spool = &s->spool;
	host->keys = on_disk ? NULL : &b->known;
	host->repeated = d->message.repeated;
	host->timeouts = s->timeouts;
	host->failures = &s->failures;
	host->message = d->message.id;
	host->now = now;
	host->interrupted = sorter_interrupted;
	host->context = s;
}

/* A message that three sorters died of is not given to the judge. */
static int ask(struct sorter *s, const struct judge_question *question,
	       const struct queued *message, struct judge_answer *answer,
	       struct error *err)
{
	if (message->crashes < PLAN_CRASHES_MAX)
		return judge_ask(s->judge, question, answer, err);
	memset(answer, 0, sizeof(*answer));
	(void)snprintf(answer->summary, sizeof(answer->summary), "a message");
	verdict_init(&answer->verdict);
	verdict_set_undecided(
		&answer->verdict,
		"the sorter was killed while it judged this message, "
		"three times");
	return 0;
}

/*
 * A disk that lies about syncing can lose bytes of a file and keep its row.
 * Such a file must not be delivered: it would pass for the message.
 */
static bool is_whole(int fd, const struct queued *message)
{
	struct stat st;

	return fstat(fd, &st) == 0 && (uint64_t)st.st_size == message->size;
}

/* When it reached the user's mailbox, as far as that is known. */
static int64_t arrival_of(const struct queued *message, int fd, int64_t now)
{
	if (message->origin[0] != '\0')
		return arrival_of_file(fd, message->origin, now);
	return message->arrived != 0 ? message->arrived : message->first_seen;
}

static struct judge_question question_of(const struct decision *d, int fd,
					 const struct plan_context *context)
{
	bool on_disk = d->message.origin[0] != '\0';
	struct judge_question question = {
		.id = d->message.id,
		.fd = fd,
		.size = d->message.size,
		.account = d->message.account,
		.folder = d->message.folder,
		.now = context->now,
		/* No hold for mail on disk: it has been here long enough. */
		.received = on_disk ? 0 : d->message.first_seen,
		.arrived = arrival_of(&d->message, fd, context->now),
	};

	return question;
}

/*
 * True also for a message that the judge is not asked about; sorter_decide()
 * reports why.
 */
static bool foresee_one(struct sorter *s, const struct plan_context *context,
			const struct decision *d, int *fd)
{
	struct error ignored = ERROR_INIT;
	struct judge_question question;

	if (d->message.crashes >= PLAN_CRASHES_MAX)
		return true;
	if (*fd == -1)
		*fd = spool_read(&s->spool, d->message.spool, &ignored);
	if (*fd == -1 || !is_whole(*fd, &d->message))
		return true;
	question = question_of(d, *fd, context);
	return judge_foresee(s->judge, &question);
}

void sorter_foresee(struct sorter *s, const struct plan_context *context,
		    struct batch *b, size_t i)
{
	/* A judge that died has lost the questions it was given. */
	if (!judge_has_foreseen(s->judge))
		b->n_foreseen = i;
	while (b->n_foreseen < b->n && b->n_foreseen < i + JUDGE_AHEAD &&
	       foresee_one(s, context, &b->decisions[b->n_foreseen],
			   &b->fds[b->n_foreseen]))
		b->n_foreseen++;
}

void sorter_forget_foreseen(struct sorter *s, struct batch *b)
{
	for (size_t i = 0; i < BATCH_MAX; i++)
		io_close_quietly(&b->fds[i]);
	if (judge_has_foreseen(s->judge))
		judge_reset(s->judge);
}

int sorter_decide(struct sorter *s, const struct plan_context *context,
		  struct batch *b, struct decision *d, struct error *err)
{
	struct judge_answer answer;
	int *fd = &b->fds[d - b->decisions];
	struct judge_question question = question_of(d, *fd, context);
	struct error unread = ERROR_INIT;
	struct sort_host host;
	int rc;

	memset(&d->plan, 0, sizeof(d->plan));
	d->matched = NULL;
	d->n_matched = 0;
	d->about = NULL;
	*fd = -1;
	if (question.fd == -1)
		question.fd = spool_read(&s->spool, d->message.spool, &unread);
	if (question.fd == -1 && unread.kind == ERR_MESSAGE)
		return sorter_lost(s, who_of(&d->message), d->message.id,
				   unread.text, err);
	if (question.fd == -1) {
		/* The plan stays empty: the message waits for the next run. */
		sorter_step_failed(s, &unread);
		return 0;
	}
	if (!is_whole(question.fd, &d->message)) {
		io_close_quietly(&question.fd);
		return sorter_lost(s, who_of(&d->message), d->message.id,
				   "its file is incomplete", err);
	}
	init_host(&host, s, question.fd, b, d, context->now);
	question.host = &host.for_judge;
	suspect_set(s->lock_fd, SUSPECT_DECIDING, d->message.id, 0);
	rc = ask(s, &question, &d->message, &answer, err);
	if (rc == 0) {
		take_answer(&answer, d);
		settle(s, context, &host, b, d, &answer.verdict);
		remember_key(d, b);
		verdict_release(&answer.verdict);
	}
	sort_host_release(&host);
	io_close_quietly(&question.fd);
	return rc;
}
