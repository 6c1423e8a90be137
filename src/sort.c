/* SPDX-License-Identifier: ISC */
#include "sort.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge.h"
#include "plan.h"
#include "report.h"
#include "sort_resume.h"
#include "util/clock.h"
#include "util/io.h"
#include "util/lock.h"
#include "util/log.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Planned, linked and recorded together: two commits and a sync a batch. */
#define BATCH_MAX 1024

/* Folders a day that names found in messages may create. */
#define NEW_FOLDERS_A_DAY 200

struct batch {
	struct queued messages[BATCH_MAX];
	struct plan plans[BATCH_MAX];
	size_t n;
};

int sorter_open(struct sorter **out, const struct sort_options *options,
		struct error *err)
{
	struct sorter *s = xcalloc(1, sizeof(*s));

	s->options = *options;
	s->spool.fd = -1;
	s->judge = judge_new(options->rules, options->fallback);
	if (state_open(&s->state, options->state_dir, STATE_WRITE, err) == -1 ||
	    spool_open(&s->spool, options->spool_dir, err) == -1 ||
	    maildir_open(&s->maildir, options->maildir, options->layout,
			 options->encoding, err) == -1) {
		sorter_close(s);
		return -1;
	}
	*out = s;
	return 0;
}

void sorter_close(struct sorter *s)
{
	if (s == NULL)
		return;
	judge_free(s->judge);
	maildir_close(s->maildir);
	spool_close(&s->spool);
	state_close(s->state);
	free(s);
}

/* One step failed: say so once per reason, and leave it for the next time. */
void sorter_step_failed(struct sorter *s, const struct error *err)
{
	s->result->failed++;
	if (strcmp(s->last.text, err->text) == 0)
		return;
	s->last = *err;
	log_error("%s; the mail is safe in the spool and will be delivered "
		  "when this is mended",
		  err->text);
}

static int account_index(const struct sorter *s, const char *name)
{
	for (size_t i = 0; i < s->options.n_accounts; i++)
		if (strcmp(s->options.accounts[i].name, name) == 0)
			return (int)i;
	return -1;
}

static void note_verdict(const struct sorter *s, const struct queued *message,
			 const struct plan *plan,
			 const struct judge_answer *answer)
{
	const char *who =
		message->account[0] != '\0' ? message->account : "deliver";
	struct report_event event = {
		.kind = REPORT_FILED,
		.account = account_index(s, message->account)};
	struct buf what = BUF_INIT(4096);

	plan_describe(plan, &what);
	if (plan->trouble[0] != '\0')
		log_warning("%s: %s could not be judged: %s; filed into %s",
			    who, answer->summary, plan->trouble,
			    plan->steps[0].folder);
	log_info("%s: %s %s", who, answer->summary, what.s);
	buf_release(&what);
	for (size_t i = 0; s->options.report_fd != -1 && i < plan->n; i++) {
		const char *folder = plan->steps[i].folder;

		(void)snprintf(event.text, sizeof(event.text), "%s",
			       folder == NULL ? "discarded" : folder);
		if (plan->steps[i].kind != DELIVERY_COPY)
			report_send(s->options.report_fd, &event);
	}
}

/*
 * A row without its file: only foreign hands can have done that. Forgetting
 * the row has the message fetched again, if the server still has it.
 */
static int forget_missing(struct sorter *s, const struct queued *message,
			  const struct error *why, struct error *err)
{
	log_error("%s: a message is gone from the spool (%s); it will be "
		  "fetched again if the server still has it",
		  message->account[0] ? message->account : "deliver",
		  why->text);
	s->result->failed++;
	return state_forget_message(s->state, message->id, err);
}

static int decide_one(struct sorter *s, const struct plan_context *context,
		      const struct queued *message, struct plan *plan,
		      struct error *err)
{
	struct judge_answer answer;
	struct judge_question question = {
		.size = message->size,
		.account = message->account,
		.now = context->now,
	};
	struct error unread = ERROR_INIT;
	int rc;

	memset(plan, 0, sizeof(*plan));
	question.fd = spool_read(&s->spool, message->spool, &unread);
	if (question.fd == -1 && unread.kind == ERR_MESSAGE)
		return forget_missing(s, message, &unread, err);
	if (question.fd == -1) {
		/* An empty plan: the message waits for the next run. */
		sorter_step_failed(s, &unread);
		return 0;
	}
	rc = judge_ask(s->judge, &question, &answer, err);
	io_close_quietly(&question.fd);
	if (rc == -1)
		return -1;
	plan_make(plan, context, message, &answer.verdict);
	note_verdict(s, message, plan, &answer);
	verdict_release(&answer.verdict);
	return 0;
}

/*
 * Made at once, so that the next message to go there is not counted again.
 * Returns how many; one that cannot be made is told of when it is used.
 */
static int64_t make_folders(struct sorter *s, const struct plan *plan)
{
	struct error ignored = ERROR_INIT;
	int64_t n = 0;

	for (size_t i = 0; i < plan->n; i++) {
		if (!plan->steps[i].new_folder)
			continue;
		(void)maildir_folder(s->maildir, plan->steps[i].folder,
				     &ignored);
		n++;
	}
	return n;
}

static int decide(struct sorter *s, struct batch *b, struct error *err)
{
	struct plan_context context = {
		.options = &s->options,
		.maildir = s->maildir,
		.now = clock_calendar_us() / 1000000,
	};
	int64_t made;

	if (state_count_folders(s->state, context.now, &made, err) == -1)
		return -1;
	context.folders_left = NEW_FOLDERS_A_DAY - made;
	for (size_t i = 0; i < b->n; i++) {
		struct plan *plan = &b->plans[i];

		if (decide_one(s, &context, &b->messages[i], plan, err) == -1)
			return -1;
		context.folders_left -= make_folders(s, plan);
	}
	return 0;
}

/* A further copy gets a file of its own, so that it has its own witness. */
static int copy_spool(struct sorter *s, struct delivery *step,
		      struct error *err)
{
	char name[SPOOL_NAME_MAX];
	int from = spool_read(&s->spool, step->source, err), to, rc;

	if (from == -1)
		return -1;
	to = spool_create(&s->spool, "s", name, err);
	if (to == -1) {
		io_close_quietly(&from);
		return -1;
	}
	step->spool = xstrdup(name);
	rc = io_copy(from, to, name, err);
	if (rc == 0)
		rc = io_sync(to, name, err);
	io_close_quietly(&from);
	if (rc == -1)
		io_close_quietly(&to);
	else
		rc = io_close(&to, name, err);
	return rc;
}

/* The first filing takes the message's own file, any further one a copy. */
static int assign_files(struct sorter *s, const struct queued *message,
			struct plan *plan, bool *copied, struct error *err)
{
	bool first = true;

	for (size_t i = 0; i < plan->n; i++) {
		struct delivery *step = &plan->steps[i];

		step->message = message->id;
		step->source = xstrdup(message->spool);
		if (step->kind == DELIVERY_DISCARD)
			continue;
		if (first) {
			step->spool = xstrdup(message->spool);
			first = false;
			continue;
		}
		*copied = true;
		if (copy_spool(s, step, err) == -1)
			return -1;
	}
	return 0;
}

static int store_plan(struct sorter *s, const struct queued *message,
		      const struct plan *plan, int64_t now, struct error *err)
{
	for (size_t i = 0; i < plan->n; i++) {
		const struct delivery *step = &plan->steps[i];

		if (state_add_delivery(s->state, step, err) == -1)
			return -1;
		if (step->new_folder &&
		    state_add_folder(s->state, step->folder, now, err) == -1)
			return -1;
	}
	return plan->n == 0 ? 0 : state_set_planned(s->state, message->id, err);
}

/* From here on the plans hold, whatever happens to rules and process. */
static int freeze(struct sorter *s, struct batch *b, struct error *err)
{
	int64_t now = clock_calendar_us() / 1000000;
	bool copied = false;

	for (size_t i = 0; i < b->n; i++)
		if (assign_files(s, &b->messages[i], &b->plans[i], &copied,
				 err) == -1)
			return -1;
	if (copied && io_sync(s->spool.fd, s->spool.dir, err) == -1)
		return -1;
	if (state_begin(s->state, err) == -1)
		return -1;
	for (size_t i = 0; i < b->n; i++) {
		if (store_plan(s, &b->messages[i], &b->plans[i], now, err) ==
		    -1) {
			state_rollback(s->state);
			return -1;
		}
	}
	return state_commit(s->state, err);
}

struct maildir_item sorter_item(const struct sorter *s,
				const struct delivery *step)
{
	struct maildir_item item = {s->spool.fd, step->spool, step->base,
				    step->flags};

	return item;
}

static int perform_one(struct sorter *s, const struct delivery *step,
		       struct error *err)
{
	struct maildir_item item = sorter_item(s, step);
	struct maildir_folder *folder;

	if (step->kind == DELIVERY_DISCARD)
		return 0;
	folder = maildir_folder(s->maildir, step->folder, err);
	return folder == NULL ? -1 : maildir_deliver(folder, &item, err);
}

static void perform(struct sorter *s, struct delivery *steps, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct error err = ERROR_INIT;

		steps[i].done = perform_one(s, &steps[i], &err) == 0;
		if (!steps[i].done)
			sorter_step_failed(s, &err);
	}
}

int sorter_record(struct sorter *s, struct delivery *steps, size_t n,
		  struct error *err)
{
	int64_t now = clock_calendar_us() / 1000000;

	for (size_t i = 0; i < n; i++) {
		bool all_done = false;

		if (!steps[i].done)
			continue;
		if (state_set_delivered(s->state, steps[i].message, steps[i].n,
					now, &all_done, err) == -1)
			return -1;
		if (all_done)
			s->result->done++;
		else if (steps[i].spool == NULL ||
			 strcmp(steps[i].spool, steps[i].source) != 0) {
			/* Other steps still need the message's own file. */
			free(steps[i].source);
			steps[i].source = NULL;
		}
	}
	return 0;
}

/* Recorded durably: the witnesses are not needed any more. */
void sorter_remove_files(struct sorter *s, const struct delivery *steps,
			 size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct error ignored = ERROR_INIT;
		struct maildir_folder *folder = NULL;

		if (!steps[i].done)
			continue;
		if (steps[i].spool != NULL)
			spool_remove(&s->spool, steps[i].spool);
		if (steps[i].source != NULL &&
		    (steps[i].spool == NULL ||
		     strcmp(steps[i].spool, steps[i].source) != 0))
			spool_remove(&s->spool, steps[i].source);
		if (steps[i].folder != NULL)
			folder = maildir_folder(s->maildir, steps[i].folder,
						&ignored);
		if (folder != NULL)
			maildir_forget(folder, steps[i].base);
	}
}

static void release_plans(struct batch *b)
{
	for (size_t i = 0; i < b->n; i++)
		plan_release(&b->plans[i]);
}

/* Links made durable, then "done" made durable (T2), then the clearing up. */
static int finish(struct sorter *s, struct batch *b, struct error *err)
{
	if (maildir_sync(s->maildir, err) == -1 ||
	    state_begin(s->state, err) == -1)
		return -1;
	for (size_t i = 0; i < b->n; i++) {
		if (sorter_record(s, b->plans[i].steps, b->plans[i].n, err) ==
		    -1) {
			state_rollback(s->state);
			return -1;
		}
	}
	if (state_commit(s->state, err) == -1)
		return -1;
	for (size_t i = 0; i < b->n; i++)
		sorter_remove_files(s, b->plans[i].steps, b->plans[i].n);
	return 0;
}

static int sort_batch(struct sorter *s, struct batch *b, struct error *err)
{
	if (decide(s, b, err) == -1 || freeze(s, b, err) == -1)
		return -1;
	for (size_t i = 0; i < b->n; i++)
		perform(s, b->plans[i].steps, b->plans[i].n);
	return finish(s, b, err);
}

/* What a crash left in the spool under the prefixes nobody else cleans. */
static int clean(struct sorter *s, struct error *err)
{
	struct buf path = BUF_INIT(4096);
	int lock = -1, rc;

	if (spool_clean(&s->spool, "s", s->state, err) == -1)
		return -1;
	buf_addf(&path, "%s/deliver.lock", s->options.state_dir);
	rc = lock_take(path.s, LOCK_EXCLUSIVE, LOCK_TRY, &lock, err);
	if (rc == 1)
		rc = spool_clean(&s->spool, "d", s->state, err);
	io_close_quietly(&lock);
	buf_release(&path);
	return rc;
}

static int drain(struct sorter *s, struct error *err)
{
	struct batch *b;
	int64_t after = 0;
	int rc = 0;

	if (!s->retried && (clean(s, err) == -1 || sorter_resume(s, err) == -1))
		return -1;
	s->retried = true;
	b = xcalloc(1, sizeof(*b));
	do {
		rc = state_queue(s->state, after, b->messages, BATCH_MAX, &b->n,
				 err);
		if (rc == 0 && b->n > 0) {
			after = b->messages[b->n - 1].id;
			rc = sort_batch(s, b, err);
			release_plans(b);
		}
	} while (rc == 0 && b->n > 0);
	free(b);
	return rc;
}

int sorter_drain(struct sorter *s, struct sort_result *result,
		 struct error *err)
{
	struct buf path = BUF_INIT(4096);
	int lock = -1, rc;

	s->result = result;
	buf_addf(&path, "%s/sorter.lock", s->options.state_dir);
	rc = lock_take(path.s, LOCK_EXCLUSIVE, LOCK_WAIT, &lock, err);
	if (rc == 1)
		rc = drain(s, err);
	io_close_quietly(&lock);
	buf_release(&path);
	return rc;
}

int sort_preview(const struct sort_options *options, struct judge *judge,
		 int fd, uint64_t size, const char *account, struct buf *out,
		 struct error *err)
{
	struct judge_question question = {
		.fd = fd,
		.size = size,
		.account = account,
		.now = clock_calendar_us() / 1000000,
	};
	struct plan_context context = {.options = options,
				       .now = question.now,
				       .folders_left = NEW_FOLDERS_A_DAY};
	struct queued message = {.size = size};
	struct judge_answer answer;
	struct plan plan;

	if (judge_ask(judge, &question, &answer, err) == -1)
		return -1;
	(void)snprintf(message.account, sizeof(message.account), "%s", account);
	plan_make(&plan, &context, &message, &answer.verdict);
	buf_addf(out, "%s ", answer.summary);
	if (plan.trouble[0] != '\0')
		buf_addf(out, "cannot be judged: ");
	plan_describe(&plan, out);
	plan_release(&plan);
	verdict_release(&answer.verdict);
	return 0;
}
