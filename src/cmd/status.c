/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "cmd/cmd.h"
#include "cmd/load.h"
#include "cmd/print.h"
#include "config/config.h"
#include "run/daemon.h"
#include "state/accounts.h"
#include "state/admin.h"
#include "state/daemon.h"
#include "util/clock.h"
#include "util/json.h"
#include "util/log.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Columns for the name of an account; a longer one moves what follows. */
#define NAME_WIDTH 20

/* An account: its configuration and its state. */
struct row {
	const char *name; /* borrowed */
	bool enabled;
	int64_t every;
	struct state_summary summary; /* id 0: never polled */
	struct account_health health;
};

struct status {
	const struct config *config;
	bool broken; /* the configuration is: accounts are those of the state */
	int64_t now;
	long pid; /* of the daemon; 0: none is running */
	struct daemon_record daemon;
	struct state_queue_summary queue;
	struct row *rows;
	size_t n;
};

static int read_row(struct status *s, struct state *state,
		    const struct account *a, struct error *err)
{
	struct row *row = &s->rows[s->n++];
	int64_t id;

	row->name = a->name;
	row->enabled = a->enabled;
	row->every = a->every;
	if (state_find_account(state, a->name, &id, err) == -1 ||
	    state_get_health(state, id, &row->health, err) == -1)
		return -1;
	if (id == 0)
		return 0;
	return state_next_summary(state, id - 1, &row->summary, err) == -1 ? -1
									   : 0;
}

static int read_configured(struct status *s, struct state *state,
			   struct error *err)
{
	const struct config *config = s->config;

	s->rows = xcalloc(config->n_accounts, sizeof(*s->rows));
	for (size_t i = 0; i < config->n_accounts; i++)
		if (read_row(s, state, &config->accounts[i], err) == -1)
			return -1;
	return 0;
}

/* All accounts that were ever polled. */
static int read_known(struct status *s, struct state *state, struct error *err)
{
	struct state_summary summary;
	int64_t after = 0;
	int rc;

	while ((rc = state_next_summary(state, after, &summary, err)) == 1) {
		struct row *row;

		xgrow(&s->rows, s->n, sizeof(*s->rows));
		row = &s->rows[s->n++];
		*row = (struct row){.name = summary.name,
				    .enabled = true,
				    .summary = summary};
		after = summary.id;
		if (state_get_health(state, after, &row->health, err) == -1)
			return -1;
	}
	return rc;
}

static int read_all(struct status *s, struct error *err)
{
	const struct config *config = s->config;
	struct state *state = NULL;
	int rc = state_open(&state, config->state_dir, STATE_READ, err);

	s->now = clock_calendar_s();
	if (rc == 0)
		rc = s->broken ? read_known(s, state, err)
			       : read_configured(s, state, err);
	if (rc == 0)
		rc = state_get_daemon(state, &s->daemon, err);
	if (rc == 0)
		rc = state_get_queue_summary(state, s->now, &s->queue, err);
	if (rc == 0 && daemon_find(config, &s->pid, err) == -1)
		rc = -1;
	/* The record of a daemon that has ended means nothing. */
	if (s->pid == 0)
		daemon_record_release(&s->daemon);
	state_close(state);
	return rc;
}

static void release(struct status *s)
{
	for (size_t i = 0; i < s->n; i++)
		state_summary_release(&s->rows[i].summary);
	daemon_record_release(&s->daemon);
	free(s->rows);
}

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
		(void)printf("no daemon is running\n");
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

static bool is_served(const struct status *s, const struct row *row)
{
	return s->pid != 0 &&
	       daemon_record_has(&s->daemon, row->name, row->enabled);
}

/* When the daemon polls the account next; "-" without a daemon. */
static void format_next(const struct status *s, const struct row *row,
			char *out, size_t size)
{
	bool served = is_served(s, row);

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

static void print_trouble(const struct row *row)
{
	char when[32];

	if (row->summary.trouble == NULL)
		return;
	cmd_format_time(row->health.failing_since, when, sizeof(when));
	(void)printf("    since %s: ", when);
	cmd_print_escaped("", slice_str(row->summary.trouble));
}

static void format_count(int64_t n, char *out, size_t size)
{
	if (n < 0)
		(void)snprintf(out, size, "-");
	else
		(void)snprintf(out, size, "%lld", (long long)n);
}

static void print_row(const struct status *s, const struct row *row)
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

static void print_table(const struct status *s)
{
	print_daemon(s);
	cmd_print_name("account", NAME_WIDTH);
	(void)printf(" %-17s %-17s %9s %9s %6s\n", "last success", "next poll",
		     "on server", "known", "spool");
	for (size_t i = 0; i < s->n; i++)
		print_row(s, &s->rows[i]);
	print_queue(&s->queue);
}

static struct json *number_or_null(int64_t n, bool known)
{
	return known ? json_new_number(n) : json_new_null();
}

static struct json *text_or_null(const char *text)
{
	return text == NULL ? json_new_null()
			    : json_new_string(slice_str(text));
}

static struct json *row_json(const struct status *s, const struct row *row)
{
	const struct account_health *h = &row->health;
	struct json *o = json_new_object();

	json_put(o, "name", json_new_string(slice_str(row->name)));
	json_put(o, "enabled", json_new_bool(row->enabled));
	json_put(o, "last_try", number_or_null(h->last_try, h->last_try != 0));
	json_put(o, "last_success",
		 number_or_null(h->last_success, h->last_success != 0));
	json_put(o, "failing_since",
		 number_or_null(h->failing_since, h->failing_since != 0));
	json_put(o, "failures", json_new_number(h->failures));
	json_put(o, "trouble", text_or_null(row->summary.trouble));
	json_put(o, "next_poll",
		 number_or_null(h->next_poll,
				h->next_poll > 0 && is_served(s, row)));
	json_put(o, "every", number_or_null(row->every, row->every != 0));
	json_put(o, "login_delay",
		 number_or_null(h->login_delay, h->login_delay != 0));
	json_put(o, "expire_days", number_or_null(h->expire, h->expire >= 0));
	json_put(o, "known", json_new_number(row->summary.known));
	json_put(o, "on_server",
		 number_or_null(h->on_server, h->on_server >= 0));
	json_put(o, "waiting", json_new_number(row->summary.waiting));
	return o;
}

static struct json *daemon_json(const struct status *s)
{
	struct json *o = json_new_object();
	bool known = s->daemon.began != 0;

	json_put(o, "running", json_new_bool(s->pid != 0));
	json_put(o, "pid", number_or_null(s->pid, s->pid != 0));
	json_put(o, "since", number_or_null(s->daemon.began, known));
	json_put(o, "config_loaded", number_or_null(s->daemon.loaded, known));
	json_put(o, "config_trouble", text_or_null(s->daemon.trouble));
	return o;
}

static int print_json(const struct status *s)
{
	struct json *o = json_new_object(), *accounts = json_new_array();
	struct json *spool = json_new_object();

	for (size_t i = 0; i < s->n; i++)
		json_push(accounts, row_json(s, &s->rows[i]));
	json_put(spool, "messages", json_new_number(s->queue.messages));
	json_put(spool, "held", json_new_number(s->queue.held));
	json_put(spool, "failing", json_new_number(s->queue.failing));
	json_put(spool, "commands", json_new_number(s->queue.commands));
	json_put(o, "daemon", daemon_json(s));
	json_put(o, "accounts", accounts);
	json_put(o, "spool", spool);
	json_put(o, "quarantined", json_new_number(s->queue.quarantined));
	return json_print(o, stdout);
}

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

enum measure { LAST_SUCCESS, FAILING, KNOWN, ON_SERVER, WAITING };

static int64_t measure_of(const struct row *row, enum measure what)
{
	switch (what) {
	case LAST_SUCCESS:
		return row->health.last_success;
	case FAILING:
		return row->summary.trouble != NULL;
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

static void print_metrics(const struct status *s)
{
	print_gauge("daemon_up", "Whether a daemon is running.", s->pid != 0);
	print_gauge("config_refused",
		    "Whether the daemon has refused a configuration.",
		    s->daemon.trouble != NULL);
	print_measure(s, LAST_SUCCESS, "last_success_timestamp_seconds",
		      "When the account was last polled without trouble.");
	print_measure(s, FAILING, "account_failing",
		      "Whether the last session of the account failed.");
	print_measure(s, KNOWN, "known_messages",
		      "Messages on the server that are here, too.");
	print_measure(s, ON_SERVER, "server_messages",
		      "Messages on the server when it was last asked.");
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

static int run_status(const struct invocation *inv, int argc, char **argv)
{
	struct status s = {.n = 0};
	struct error err = ERROR_INIT;
	struct config *config;
	bool metrics = argc == 2 && strcmp(argv[1], "--metrics") == 0;
	int status = 0;

	if (argc > 1 && !metrics) {
		log_error("status: unexpected argument; see postroom help "
			  "status");
		return EX_USAGE;
	}
	config = cmd_load_config_anyway(inv, &s.broken);
	if (config == NULL)
		return EX_CONFIG;
	s.config = config;
	if (read_all(&s, &err) == -1) {
		log_error("status: %s", err.text);
		status = error_exit_status(err.kind);
	} else if (metrics) {
		print_metrics(&s);
	} else if (!inv->json) {
		print_table(&s);
	} else if (print_json(&s) == -1) {
		status = EX_TEMPFAIL;
	}
	status = s.broken ? EX_CONFIG : status;
	release(&s);
	config_free(config);
	return status;
}

const struct cmd cmd_status = {
	.name = "status",
	.summary = "show how the accounts fare and what waits",
	.help = "usage: postroom status [--json | --metrics]\n"
		"\n"
		"Shows for each account when its last poll succeeded, its trouble and since\n"
		"when, when the daemon polls it next, how many messages are on its server and\n"
		"how many of them are known; whether a daemon is running; what waits in the\n"
		"spool.\n"
		"\n"
		"  --json     one object, times in seconds since 1970\n"
		"  --metrics  the text format of Prometheus\n"
		"\n"
		"Works with a broken configuration, too: reports its errors (status 78), and\n"
		"shows the accounts in the database.\n"
		"\n"
		"example:  postroom status --json | jq '.accounts[].trouble'\n",
	.run = run_status,
};
