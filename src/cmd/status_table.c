/* SPDX-License-Identifier: ISC */
/* The table of `postroom status`, for people. */
#include <stdio.h>

#include "cmd/print.h"
#include "cmd/status.h"
#include "util/buf.h"
#include "util/sandbox.h"
#include "util/value.h"

#include "util/banned.h"

/* Columns for the name of an account; a longer one moves what follows. */
#define NAME_WIDTH 20

/* Bytes of a line about a message: its UIDL and the words of a server. */
#define LINE_MAX_BYTES 4096

static void format_time(int64_t seconds, const char *never, char *out,
			size_t size)
{
	if (seconds == 0)
		(void)snprintf(out, size, "%s", never);
	else
		cmd_format_time(seconds, out, size);
}

static void print_daemon(const struct status *s)
{
	char when[32];

	if (s->pid == 0) {
		(void)printf("no daemon is running");
		if (s->died != 0)
			(void)printf("; the last one, process %ld, was killed "
				     "or has crashed",
				     s->died);
		(void)printf("\n");
		return;
	}
	cmd_format_time(s->daemon.began, when, sizeof(when));
	(void)printf("daemon: process %ld, since %s", s->pid, when);
	if (s->daemon.loaded > s->daemon.began) {
		cmd_format_time(s->daemon.loaded, when, sizeof(when));
		(void)printf(", configuration of %s", when);
	}
	(void)printf("\n");
	if (s->daemon.trouble != NULL)
		cmd_print_escaped("  ", slice_str(s->daemon.trouble));
}

/* When the daemon polls the account next; "-" without a daemon. */
static void format_next(const struct status *s, const struct status_row *row,
			char *out, size_t size)
{
	bool served = status_is_served(s, row);

	if (!row->enabled && !served)
		(void)snprintf(out, size, "disabled");
	else if (s->pid == 0)
		(void)snprintf(out, size, "-");
	else if (!served)
		(void)snprintf(out, size, "not by daemon");
	else if (row->health.next_poll <= s->now)
		(void)snprintf(out, size, "now");
	else
		cmd_format_time(row->health.next_poll, out, size);
}

static void print_trouble(const struct status_row *row)
{
	char when[32];

	if (row->summary.trouble == NULL)
		return;
	cmd_format_time(row->health.failing_since, when, sizeof(when));
	(void)printf("    since %s: ", when);
	cmd_print_escaped("", slice_str(row->summary.trouble));
}

static void print_idle(const struct status *s, const struct status_row *row)
{
	char when[32];

	if (!status_is_idle(s, row))
		return;
	cmd_format_time(row->idle.since, when, sizeof(when));
	(void)printf("    waits for mail since %s", when);
	if (row->idle.news != 0) {
		cmd_format_time(row->idle.news, when, sizeof(when));
		(void)printf(", the last came at %s", when);
	}
	(void)printf("\n");
}

/* Messages on the server that max-size keeps there. */
static void print_large(const struct status_row *row)
{
	struct buf size = BUF_INIT(32);

	if (row->health.large == 0)
		return;
	value_show_size((uint64_t)row->health.large_bytes, &size);
	(void)printf("    larger than max-size: %lld messages (%s) stay on the "
		     "server\n",
		     (long long)row->health.large, size.s);
	buf_release(&size);
}

static void print_attempt(const struct attempt *a)
{
	struct buf line = BUF_INIT(LINE_MAX_BYTES);
	char when[32];

	cmd_format_time(a->last, when, sizeof(when));
	buf_addf(&line, "    %s: UIDL %.*s (",
		 a->keep ? "kept on the server" : "cannot be fetched",
		 (int)a->uidl.len, a->uidl.p);
	value_show_size(a->size, &line);
	buf_addf(&line, "), %lld tries, the last at %s", (long long)a->failures,
		 when);
	if (a->trouble != NULL)
		buf_addf(&line, ": \"%s\"", a->trouble);
	cmd_print_escaped("", buf_slice(&line));
	buf_release(&line);
}

/* Messages that the server does not hand out; see `attempt.h`. */
static void print_attempts(const struct status_row *row)
{
	bool left = false;

	for (size_t i = 0; i < row->attempts.n; i++) {
		print_attempt(&row->attempts.list[i]);
		left = left || (!row->attempts.list[i].keep &&
				attempt_is_left(&row->attempts.list[i]));
	}
	if (left)
		(void)printf("    to give such a message up: postroom state "
			     "mark-seen %s UIDL\n",
			     row->name);
}

static void format_count(int64_t n, char *out, size_t size)
{
	if (n < 0)
		(void)snprintf(out, size, "-");
	else
		(void)snprintf(out, size, "%lld", (long long)n);
}

static void print_row(const struct status *s, const struct status_row *row)
{
	char success[32], next[32], listed[24];

	format_time(row->health.last_success, "never", success,
		    sizeof(success));
	format_next(s, row, next, sizeof(next));
	format_count(row->health.on_server, listed, sizeof(listed));
	cmd_print_name(row->name, NAME_WIDTH);
	(void)printf(" %-17s %-17s %9s %9lld %6lld\n", success, next, listed,
		     (long long)row->summary.known,
		     (long long)row->summary.waiting);
	print_trouble(row);
	print_idle(s, row);
	print_attempts(row);
	print_large(row);
	if (row->health.expire >= 0)
		(void)printf("    the server keeps mail for %lld days\n",
			     (long long)row->health.expire);
}

static void print_queue(const struct state_queue_summary *q)
{
	if (q->quarantined > 0)
		(void)printf("in quarantine: %lld messages of the last %d days "
			     "went to the fallback folder; postroom why says "
			     "the reason\n",
			     (long long)q->quarantined, QUARANTINE_DAYS);
	if (q->messages == 0)
		return;
	(void)printf("in the spool: %lld messages", (long long)q->messages);
	if (q->held > 0)
		(void)printf(", %lld held", (long long)q->held);
	if (q->failing > 0)
		(void)printf(", %lld failing", (long long)q->failing);
	if (q->commands > 0)
		(void)printf(", %lld commands to run", (long long)q->commands);
	(void)printf("\n");
}

void status_print_table(const struct status *s)
{
	char held[128];

	print_daemon(s);
	cmd_print_name("account", NAME_WIDTH);
	(void)printf(" %-17s %-17s %9s %9s %6s\n", "last success", "next poll",
		     "on server", "known", "spool");
	for (size_t i = 0; i < s->n; i++)
		print_row(s, &s->rows[i]);
	print_queue(&s->queue);
	if (sandbox_probe(held, sizeof(held)))
		(void)printf("mail is fetched and read confined by %s\n", held);
	else
		(void)printf("mail cannot be fetched and read confined: %s\n",
			     held);
}
