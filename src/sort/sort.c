/* SPDX-License-Identifier: ISC */
#include "sort/sort.h"

#include <stdlib.h>

#include "judge/judge.h"
#include "rules/ruleset.h"
#include "sort/batch.h"
#include "sort/command_failures.h"
#include "sort/commands.h"
#include "sort/host.h"
#include "sort/internal.h"
#include "sort/news.h"
#include "sort/resume.h"
#include "sort/suspect.h"
#include "sort/time_left.h"
#include "state/dir.h"
#include "state/history.h"
#include "state/key.h"
#include "util/clock.h"
#include "util/io.h"
#include "util/log.h"
#include "util/privilege.h"
#include "util/xalloc.h"

#include "util/banned.h"

int sorter_open_maildir(struct maildir **out,
			const struct sort_options *options, struct state *state,
			struct error *err)
{
	bool filed = false;

	if (maildir_is_bare(options->maildir) &&
	    state_has_filed(state, options->maildir, &filed, err) == -1)
		return -1;
	/* Look again: another process may have begun to file there just now. */
	if (filed && maildir_is_bare(options->maildir))
		return error_set(
			err, ERR_TEMPORARY,
			"%s is missing or empty, though mail was filed "
			"there. Is its disk mounted? To start with an "
			"empty Maildir, create a folder in it",
			options->maildir);
	if (maildir_open(out, options->maildir, options->layout,
			 options->encoding, err) == -1)
		return -1;
	if (privilege_check_directory("the Maildir", options->maildir, err) ==
	    0)
		return 0;
	maildir_close(*out);
	*out = NULL;
	return -1;
}

int sorter_open(struct sorter **out, const struct sort_options *options,
		struct error *err)
{
	struct sorter *s = xcalloc(1, sizeof(*s));

	s->options = *options;
	s->spool.fd = -1;
	s->lock_fd = -1;
	s->news.fd = -1;
	s->time.wake_fd = options->wake_fd;
	if (options->seconds > 0)
		s->time.deadline =
			clock_ms() + (int64_t)options->seconds * 1000;
	s->judge = sort_judge_new(&s->options);
	s->timeouts = xcalloc(ruleset_size(options->rules), 1);
	s->drain.batch = xcalloc(1, sizeof(*s->drain.batch));
	s->drain.queue = xcalloc(BATCH_MAX, sizeof(*s->drain.queue));
	for (size_t i = 0; i < BATCH_MAX; i++)
		s->drain.batch->fds[i] = -1;
	if (state_open(&s->state, options->state_dir, STATE_WRITE, err) == -1 ||
	    state_load_key(s->state, options->state_dir, err) == -1 ||
	    spool_open(&s->spool, options->spool_dir, err) == -1 ||
	    sorter_open_maildir(&s->maildir, options, s->state, err) == -1) {
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
	failures_tell(&s->failures);
	sorter_tell_commands(s);
	sorter_end_news(s);
	judge_free(s->judge);
	maildir_close(s->maildir);
	spool_close(&s->spool);
	state_close(s->state);
	free(s->timeouts);
	sort_keys_release(&s->drain.batch->known);
	free(s->drain.batch);
	free(s->drain.queue);
	sorter_end_commands(s);
	free(s);
}

/*
 * Remove what a crash left in the spool under the prefixes that only we clean.
 */
static int clean(struct sorter *s, struct error *err)
{
	int lock = -1, rc;

	if (spool_clean(&s->spool, "s", s->state, err) == -1)
		return -1;
	rc = state_dir_lock(s->options.state_dir, DELIVER_LOCK, LOCK_EXCLUSIVE,
			    LOCK_TRY, &lock, err);
	if (rc == 1)
		rc = spool_clean(&s->spool, "d", s->state, err);
	io_close_quietly(&lock);
	return rc;
}

/* Take the next messages that are due. b->n is 0 when there are none. */
static int take(struct sorter *s, struct batch *b, struct error *err)
{
	int rc;

	s->drain.taken = clock_ms();
	rc = state_queue(s->state, s->drain.after, clock_calendar_s(),
			 s->drain.queue, BATCH_MAX, &b->n, err);

	for (size_t i = 0; rc == 0 && i < b->n; i++) {
		b->decisions[i].message = s->drain.queue[i];
		s->drain.after = s->drain.queue[i].id;
	}
	return rc;
}

static int remove_old_files(struct sorter *s, struct error *err)
{
	uint64_t before = s->old_files.failed;
	int rc = old_files_remove(s->state, &s->old_files, err);

	s->result->failed += s->old_files.failed - before;
	if (s->old_files.failed > before)
		s->trouble.drained = s->old_files.last;
	return rc;
}

static int drain(struct sorter *s, struct error *err)
{
	struct batch *b = s->drain.batch;
	int rc = 0;

	if (!s->drain.retried &&
	    (clean(s, err) == -1 || sorter_resume(s, err) == -1 ||
	     remove_old_files(s, err) == -1))
		return -1;
	s->drain.retried = true;
	do {
		rc = take(s, b, err);
		if (rc == 0 && b->n > 0)
			rc = sorter_sort_batch(s, b, err);
	} while (rc == 0 && b->n > 0 && !time_left_is_over(&s->time));
	return rc == 0 ? remove_old_files(s, err) : rc;
}

/* Give the lock back. We have not died, so the message is not to blame. */
static void give_back(struct sorter *s)
{
	suspect_clear(s->lock_fd);
	io_close_quietly(&s->lock_fd);
}

/* 1 all is done, 0 another sorter is at work, -1. */
static int drain_once(struct sorter *s, struct error *err)
{
	int lock = -1, rc = sorter_lock(s, &lock, err);

	if (rc != 1)
		return rc;
	s->lock_fd = lock;
	rc = suspect_take(s, lock, err);
	if (rc == 0)
		rc = drain(s, err);
	give_back(s);
	return rc == 0 ? 1 : -1;
}

/*
 * Did a message come after the last look and before the lock was given back?
 * The process that brought it may have found the lock taken, and left it to us.
 * 1, 0, -1.
 */
static int has_more(struct sorter *s, struct error *err)
{
	struct queued next;
	size_t n;

	if (state_queue(s->state, s->drain.after, clock_calendar_s(), &next, 1,
			&n, err) == -1)
		return -1;
	if (n == 0 || !time_left_is_over(&s->time))
		return n > 0;
	if (s->time.deadline == 0)
		return 0;
	log_warning("sorting has taken %d minutes; the rest waits for the next "
		    "run",
		    s->options.seconds / 60);
	return 0;
}

int sorter_drain(struct sorter *s, struct sort_result *result,
		 struct error *err)
{
	int rc;

	s->result = result;
	s->trouble.drained = (struct error)ERROR_INIT;
	s->trouble.news = false;
	s->drain.after = 0;
	s->knows_maildir = false;
	/* When a list has changed, the judge still has the old one. */
	if (ruleset_refresh(s->options.rules) > 0)
		judge_reset(s->judge);
	do {
		rc = drain_once(s, err);
		if (rc == 1)
			rc = has_more(s, err);
	} while (rc == 1);
	return rc;
}

/* As drain_once(), for the commands. */
static int run_commands_once(struct sorter *s, struct delivery *after,
			     struct error *err)
{
	int lock = -1, rc;

	rc = state_dir_lock(s->options.state_dir, COMMANDS_LOCK, LOCK_EXCLUSIVE,
			    LOCK_TRY, &lock, err);
	if (rc != 1)
		return rc;
	s->lock_fd = lock;
	rc = suspect_take(s, lock, err);
	if (rc == 0)
		rc = sorter_run_commands(s, after, err);
	give_back(s);
	return rc == 0 ? 1 : -1;
}

int sorter_finish(struct sorter *s, struct sort_result *result,
		  struct error *err)
{
	struct delivery after = {.message = 0, .n = -1};
	int rc;

	s->result = result;
	s->commands.has_run = s->commands.gives_way = false;
	failures_tell(&s->failures);
	sorter_announce(s);
	do {
		rc = run_commands_once(s, &after, err);
		if (rc == 1)
			rc = sorter_has_commands(s, &after, err);
	} while (rc == 1);
	sorter_tell_commands(s);
	/* The fallback folder may have got mail whose command failed. */
	sorter_announce(s);
	return rc;
}
