/* SPDX-License-Identifier: ISC */
/* `postroom status --metrics`: the text format of Prometheus. */
#include <stdio.h>

#include "cmd/status.h"

#include "util/banned.h"

static void print_help(const char *name, const char *help)
{
	(void)printf("# HELP postroom_%s %s\n# TYPE postroom_%s gauge\n", name,
		     help, name);
}

static void print_gauge(const char *name, const char *help, int64_t value)
{
	print_help(name, help);
	(void)printf("postroom_%s %lld\n", name, (long long)value);
}

/* The text format escapes backslash, quote and line feed in labels. */
static void print_label(const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '\\' || *text == '"')
			(void)putchar('\\');
		(void)putchar(*text);
	}
}

enum measure {
	LAST_SUCCESS,
	FAILING,
	NEEDS_PERSON,
	KNOWN,
	ON_SERVER,
	LARGE,
	UNFETCHED,
	WAITING
};

static int64_t measure_of(const struct status_row *row, enum measure what)
{
	switch (what) {
	case LAST_SUCCESS:
		return row->health.last_success;
	case FAILING:
		return row->summary.trouble != NULL;
	case NEEDS_PERSON:
		return row->summary.trouble != NULL &&
		       row->health.kind >= ERR_PERSON;
	case LARGE:
		return row->health.large;
	case UNFETCHED:
		return (int64_t)row->attempts.n;
	case KNOWN:
		return row->summary.known;
	case ON_SERVER:
		return row->health.on_server;
	case WAITING:
		break;
	}
	return row->summary.waiting;
}

static void print_measure(const struct status *s, enum measure what,
			  const char *name, const char *help)
{
	print_help(name, help);
	for (size_t i = 0; i < s->n; i++) {
		int64_t value = measure_of(&s->rows[i], what);

		if (value < 0)
			continue;
		(void)printf("postroom_%s{account=\"", name);
		print_label(s->rows[i].name);
		(void)printf("\"} %lld\n", (long long)value);
	}
}

void status_print_metrics(const struct status *s)
{
	print_gauge("daemon_up", "Whether a daemon is running.", s->pid != 0);
	print_gauge("problems", "Lines of status --check.",
		    (int64_t)s->n_problems);
	print_gauge("config_refused",
		    "Whether the daemon has refused a configuration.",
		    s->daemon.trouble != NULL);
	print_measure(s, LAST_SUCCESS, "last_success_timestamp_seconds",
		      "When the account was last polled without trouble.");
	print_measure(s, FAILING, "account_failing",
		      "Whether the last session of the account failed.");
	print_measure(s, NEEDS_PERSON, "account_needs_person",
		      "Whether a person must act for the account.");
	print_measure(s, KNOWN, "known_messages",
		      "Messages on the server that are here, too.");
	print_measure(s, ON_SERVER, "server_messages",
		      "Messages on the server when it was last asked.");
	print_measure(s, LARGE, "large_messages",
		      "Messages that max-size keeps on the server.");
	print_measure(s, UNFETCHED, "unfetched_messages",
		      "Messages that the server lists but does not give.");
	print_measure(s, WAITING, "waiting_messages",
		      "Messages of the account in the spool.");
	print_gauge("spool_messages", "Messages in the spool.",
		    s->queue.messages);
	print_gauge("spool_held_messages", "Messages that a rule holds.",
		    s->queue.held);
	print_gauge("spool_failing_messages",
		    "Messages that were tried without success.",
		    s->queue.failing);
	print_gauge("spool_commands", "Commands that are to be run.",
		    s->queue.commands);
	print_gauge("quarantined_messages",
		    "Messages of 30 days that went to the fallback folder.",
		    s->queue.quarantined);
}
