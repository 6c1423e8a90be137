/* SPDX-License-Identifier: ISC */
/* Problems, a line each: for monitoring, and for a quick look. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "cmd/print.h"
#include "cmd/status.h"
#include "run/account.h"
#include "state/dir.h"
#include "util/buf.h"
#include "util/number.h"
#include "util/value.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Bytes of one problem: a trouble of the state and what to do. */
#define PROBLEM_MAX 4096

/* The most messages of one account that are listed. */
#define MESSAGES_MAX 20

/*
 * An account that the daemon serves is overdue after two more of its waits, or
 * this. Without a daemon nobody knows how often cron runs: once a day, at
 * least.
 */
#define SLACK_SECONDS ((int64_t)15 * 60)
#define DAILY_SECONDS ((int64_t)26 * 3600)

static void add(struct status *s, const char *account, bool person,
		int64_t since, struct buf *text)
{
	xgrow(&s->problems, s->n_problems, sizeof(*s->problems));
	s->problems[s->n_problems++] = (struct problem){
		.account = account,
		.person = person,
		.since = since,
		.text = buf_detach(text),
	};
}

static void find_trouble(struct status *s, const struct status_row *row)
{
	struct buf text = BUF_INIT(PROBLEM_MAX);

	if (row->summary.trouble == NULL)
		return;
	buf_addstr(&text, row->summary.trouble);
	add(s, row->name, row->health.kind >= ERR_PERSON,
	    row->health.failing_since, &text);
}

static void describe_message(const struct status_row *row,
			     const struct attempt *a, struct buf *out)
{
	struct slice word = value_word_to_copy(a->uidl, "UIDL");

	buf_addf(out, "the message with UIDL %.*s (", (int)a->uidl.len,
		 a->uidl.p);
	value_show_size(a->size, out);
	if (a->keep)
		buf_addstr(out, ") may be damaged here, and is kept on the "
				"server");
	else
		buf_addf(out, ") cannot be fetched, %lld %s",
			 (long long)a->failures,
			 a->failures == 1 ? "try" : "tries");
	if (a->trouble != NULL)
		buf_addf(out, ": \"%s\"", a->trouble);
	if (a->keep)
		buf_addstr(out, "; compare the two by web mail, and delete it "
				"there");
	else if (attempt_is_left(a))
		buf_addf(out,
			 "; read it by web mail, or give it up: postroom state "
			 "mark-seen %s %.*s",
			 row->name, (int)word.len, word.p);
}

static void find_messages(struct status *s, const struct status_row *row)
{
	size_t more = 0, n = 0;
	struct buf text = BUF_INIT(PROBLEM_MAX);

	for (size_t i = 0; i < row->attempts.n; i++) {
		const struct attempt *a = &row->attempts.list[i];

		if (a->failures == 0 && !a->keep)
			continue;
		if (n++ >= MESSAGES_MAX) {
			more++;
			continue;
		}
		describe_message(row, a, &text);
		add(s, row->name, attempt_is_left(a), 0, &text);
	}
	if (more > 0) {
		buf_addf(&text, "%zu more messages cannot be fetched", more);
		add(s, row->name, true, 0, &text);
	}
	buf_release(&text);
}

/* Since when should it have been polled? 0: it is not overdue. */
static int64_t overdue_since(const struct status *s,
			     const struct status_row *row)
{
	const struct account_health *h = &row->health;
	bool scheduled = status_is_served(s, row) || s->died != 0;
	int64_t least = scheduled ? SLACK_SECONDS : DAILY_SECONDS;
	/* A poll that was requested has no time. */
	int64_t due =
		scheduled ? number_max(h->next_poll, h->last_try) : h->last_try;

	due += number_max(2 * row->every, least);
	/* One that is being polled now may have much mail. */
	return due >= s->now || account_is_busy(s->config, row->summary.id)
		       ? 0
		       : due;
}

static void find_overdue(struct status *s, const struct status_row *row,
			 bool *daemon_is_missed)
{
	struct buf text = BUF_INIT(PROBLEM_MAX);
	int64_t since;

	if (!row->enabled && !status_is_served(s, row))
		return;
	if (row->health.last_try == 0) {
		buf_addstr(&text, "was never polled; run postroom fetch, or "
				  "start the daemon");
		add(s, row->name, false, 0, &text);
		return;
	}
	since = overdue_since(s, row);
	if (since == 0)
		return;
	if (s->died != 0)
		*daemon_is_missed = true;
	buf_addf(&text, "the next poll is overdue; %s",
		 status_is_served(s, row)
			 ? "restart the daemon"
			 : "does cron run postroom, or should a daemon?");
	add(s, row->name, false, since, &text);
}

static void find_account_problems(struct status *s)
{
	struct buf text = BUF_INIT(PROBLEM_MAX);
	bool daemon_is_missed = false;

	for (size_t i = 0; i < s->n; i++) {
		const struct status_row *row = &s->rows[i];

		if (!row->enabled && !status_is_served(s, row))
			continue;
		find_trouble(s, row);
		find_messages(s, row);
		/* Without a configuration it is not known how often. */
		if (!s->broken)
			find_overdue(s, row, &daemon_is_missed);
	}
	if (!daemon_is_missed)
		return;
	buf_addf(&text,
		 "the daemon (process %ld) was killed or has crashed; start it "
		 "again, or remove %s/" DAEMON_LOCK,
		 s->died, s->config->state_dir);
	add(s, NULL, true, 0, &text);
}

static void find_command_problems(struct status *s)
{
	struct buf text = BUF_INIT(PROBLEM_MAX);

	for (size_t i = 0; i < s->failing.n; i++) {
		const struct failing_command *c = &s->failing.commands[i];
		char when[32];

		cmd_format_time(c->next, when, sizeof(when));
		if (c->rule[0] != '\0')
			buf_addf(&text, "rule \"%s\": ", c->rule);
		buf_addf(&text,
			 "%s; %lld messages wait for it, the next try "
			 "is at %s",
			 c->trouble, (long long)c->messages, when);
		add(s, NULL, false, 0, &text);
	}
}

static void find_spool_problems(struct status *s)
{
	const struct failing *f = &s->failing;
	struct buf text = BUF_INIT(PROBLEM_MAX);

	if (f->sorter_trouble != NULL) {
		buf_addf(&text, "mail cannot be filed: %s", f->sorter_trouble);
		add(s, NULL, false, f->sorter_since, &text);
	}
	if (f->sorter_trouble == NULL && f->waiting > 0 &&
	    s->now - f->waiting_since >= SLACK_SECONDS) {
		buf_addf(&text,
			 "%lld messages wait in the spool; postroom sort "
			 "files them",
			 (long long)f->waiting);
		add(s, NULL, false, f->waiting_since, &text);
	}
	if (f->postponed > 0) {
		buf_addf(&text,
			 "%lld messages could not be judged, and are tried "
			 "again",
			 (long long)f->postponed);
		add(s, NULL, false, 0, &text);
	}
	if (f->quarantined > 0) {
		buf_addf(&text,
			 "%lld messages of the last 24 hours went to the "
			 "fallback folder; postroom why says the reason",
			 (long long)f->quarantined);
		add(s, NULL, false, 0, &text);
	}
}

/* Stable: those that need a person first. */
static void put_gravest_first(struct status *s)
{
	struct problem *sorted = xcalloc(s->n_problems, sizeof(*sorted));
	size_t n = 0;

	for (int person = 1; person >= 0; person--)
		for (size_t i = 0; i < s->n_problems; i++)
			if (s->problems[i].person == (person == 1))
				sorted[n++] = s->problems[i];
	free(s->problems);
	s->problems = sorted;
}

void status_find_problems(struct status *s)
{
	struct buf text = BUF_INIT(PROBLEM_MAX);

	if (s->daemon.trouble != NULL) {
		buf_addstr(&text, s->daemon.trouble);
		add(s, NULL, true, 0, &text);
	}
	find_account_problems(s);
	find_spool_problems(s);
	find_command_problems(s);
	put_gravest_first(s);
}

int status_exit(const struct status *s)
{
	if (s->n_problems == 0)
		return 0;
	return s->problems[0].person ? EX_NOPERM : EX_TEMPFAIL;
}

void status_print_problems(const struct status *s)
{
	for (size_t i = 0; i < s->n_problems; i++) {
		const struct problem *p = &s->problems[i];
		struct buf line = BUF_INIT(2 * PROBLEM_MAX);
		char when[32];

		if (p->account != NULL)
			buf_addf(&line, "%s: ", p->account);
		if (p->since != 0) {
			cmd_format_time(p->since, when, sizeof(when));
			buf_addf(&line, "since %s: ", when);
		}
		buf_addstr(&line, p->text);
		cmd_print_escaped("", buf_slice(&line));
		buf_release(&line);
	}
}
