/* SPDX-License-Identifier: ISC */
#include "sort/command_failures.h"

#include <stdlib.h>

#include "sort/internal.h"
#include "sort/plan.h"
#include "tell/event.h"
#include "util/buf.h"
#include "util/log.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* An action and the name of a rule; longer names are cut. */
#define KEY_MAX 1024

/* A line for people. */
#define LINE_MAX_BYTES 4096

char *command_whose(const struct delivery *step)
{
	char *reason = plan_reason(step);

	/* Steps for notmuch have no rule. */
	if (reason[0] != '\0')
		return reason;
	free(reason);
	return xstrdup(plan_action(step->kind));
}

static struct failure *add(struct sorter *s, enum failure_kind kind,
			   const struct delivery *step, const char *why)
{
	struct buf key = BUF_INIT(KEY_MAX);
	struct failure *f;

	buf_addf(&key, "%s %.900s", plan_action(step->kind),
		 step->rule == NULL ? "" : step->rule);
	f = failures_add(&s->commands.failures, kind, key.s, why);
	buf_release(&key);
	if (f->n > 1)
		return f;
	f->who = command_whose(step);
	f->rule = step->rule == NULL ? NULL : xstrdup(step->rule);
	return f;
}

void command_failed_later(struct sorter *s, const struct delivery *step,
			  const char *why, int64_t wait)
{
	struct failure *f = add(s, FAILURE_LATER, step, why);

	if (f->n == 1 || wait < f->wait)
		f->wait = wait;
}

void command_failed_last(struct sorter *s, const struct delivery *step,
			 const char *why, bool filed)
{
	add(s, FAILURE_LAST, step, why)->filed += filed;
}

static void put_later(const struct failure *f, struct buf *line)
{
	int minutes = (int)(f->wait / 60);

	if (f->n == 1)
		buf_addf(line,
			 "; the message is kept and it is tried again in "
			 "%d min",
			 minutes);
	else
		buf_addf(line,
			 "; %zu messages are kept and tried again, the first "
			 "in %d min",
			 f->n, minutes);
}

static void put_last(const struct failure *f, const char *folder,
		     struct buf *line)
{
	if (f->n == 1)
		buf_addstr(line, "; it is not tried again");
	else
		buf_addf(line, "; it is not tried again for %zu messages",
			 f->n);
	if (f->n == 1 && f->filed == 1)
		buf_addf(line, ", the message was filed into %s", folder);
	else if (f->filed > 0)
		buf_addf(line, ", %zu were filed into %s", f->filed, folder);
}

/*
 * Is it news that the command of this rule fails like that? In quotes, because
 * a part of it may be the words of the program.
 */
static bool is_news(struct sorter *s, const struct failure *f)
{
	struct error trouble = ERROR_INIT;

	(void)error_set(&trouble, ERR_TEMPORARY, "%s: \"%s\"", f->key, f->why);
	return sorter_tells(s, &trouble);
}

static void tell(struct sorter *s, const struct failure *f)
{
	bool last = f->kind == FAILURE_LAST;
	enum log_priority priority =
		last || is_news(s, f) ? LOG_PRIORITY_ERROR : LOG_PRIORITY_INFO;
	struct event *e = event_new(priority, "failed");
	struct buf line = BUF_INIT(LINE_MAX_BYTES);

	buf_addf(&line, "%s: %s", f->who, f->why);
	if (last)
		put_last(f, s->options.undecided, &line);
	else
		put_later(f, &line);
	event_put_text(e, "rule", f->rule == NULL ? "" : f->rule);
	event_put_line(e, "text", f->why);
	event_put_number(e, "messages", (int64_t)f->n);
	if (!last)
		event_put_number(e, "retry", f->wait);
	log_event(priority, event_text(e), "%s", line.s);
	event_free(e);
	buf_release(&line);
}

void sorter_tell_commands(struct sorter *s)
{
	struct failures *f = &s->commands.failures;

	for (size_t i = 0; i < f->n; i++)
		tell(s, &f->list[i]);
	failures_release(f);
}
