/* SPDX-License-Identifier: ISC */
/* `postroom status --json`: one object, times as RFC 3339 writes them. */
#include <stdio.h>

#include "cmd/print.h"
#include "cmd/status.h"
#include "util/clock.h"
#include "util/json.h"

#include "util/banned.h"

static struct json *number_or_null(int64_t n, bool known)
{
	return known ? json_new_number(n) : json_new_null();
}

static struct json *text_or_null(const char *text)
{
	return text == NULL ? json_new_null()
			    : json_new_string(slice_str(text));
}

static struct json *attempts_json(const struct attempts *attempts)
{
	struct json *list = json_new_array();

	for (size_t i = 0; i < attempts->n; i++) {
		const struct attempt *a = &attempts->list[i];
		struct json *o = json_new_object();

		json_put(o, "uidl", json_new_string(a->uidl));
		json_put(o, "size", json_new_number((int64_t)a->size));
		json_put(o, "kept", json_new_bool(a->keep));
		json_put(o, "tries", json_new_number(a->failures));
		json_put(o, "last_try", cmd_json_time(a->last));
		json_put(o, "next_try", cmd_json_time(a->next));
		json_put(o, "trouble", text_or_null(a->trouble));
		json_push(list, o);
	}
	return list;
}

static void put_trouble(struct json *o, const struct status_row *row)
{
	const struct account_health *h = &row->health;
	bool fails = row->summary.trouble != NULL;

	json_put(o, "failing_since", cmd_json_time(h->failing_since));
	json_put(o, "failures", json_new_number(h->failures));
	json_put(o, "trouble", text_or_null(row->summary.trouble));
	json_put(o, "needs_person",
		 json_new_bool(fails && h->kind >= ERR_PERSON));
}

static struct json *row_json(const struct status *s,
			     const struct status_row *row)
{
	const struct account_health *h = &row->health;
	struct json *o = json_new_object();

	json_put(o, "name", json_new_string(slice_str(row->name)));
	json_put(o, "enabled", json_new_bool(row->enabled));
	json_put(o, "last_try", cmd_json_time(h->last_try));
	json_put(o, "last_success", cmd_json_time(h->last_success));
	put_trouble(o, row);
	json_put(o, "next_poll",
		 cmd_json_time(status_is_served(s, row) ? h->next_poll : 0));
	json_put(o, "idle_since",
		 cmd_json_time(status_is_idle(s, row) ? row->idle.since : 0));
	json_put(o, "last_news", cmd_json_time(row->idle.news));
	json_put(o, "every", number_or_null(row->every, row->every != 0));
	json_put(o, "login_delay",
		 number_or_null(h->login_delay, h->login_delay != 0));
	json_put(o, "expire_days", number_or_null(h->expire, h->expire >= 0));
	json_put(o, "known", json_new_number(row->summary.known));
	json_put(o, "on_server",
		 number_or_null(h->on_server, h->on_server >= 0));
	json_put(o, "waiting", json_new_number(row->summary.waiting));
	json_put(o, "large", json_new_number(h->large));
	json_put(o, "large_bytes", json_new_number(h->large_bytes));
	json_put(o, "unfetched", attempts_json(&row->attempts));
	return o;
}

static struct json *daemon_json(const struct status *s)
{
	struct json *o = json_new_object();

	json_put(o, "running", json_new_bool(s->pid != 0));
	json_put(o, "pid", number_or_null(s->pid, s->pid != 0));
	json_put(o, "since", cmd_json_time(s->daemon.began));
	json_put(o, "config_loaded", cmd_json_time(s->daemon.loaded));
	json_put(o, "config_trouble", text_or_null(s->daemon.trouble));
	return o;
}

static struct json *spool_json(const struct status *s)
{
	struct json *o = json_new_object();

	json_put(o, "messages", json_new_number(s->queue.messages));
	json_put(o, "held", json_new_number(s->queue.held));
	json_put(o, "failing", json_new_number(s->queue.failing));
	json_put(o, "commands", json_new_number(s->queue.commands));
	json_put(o, "trouble", text_or_null(s->failing.sorter_trouble));
	return o;
}

static struct json *problems_json(const struct status *s)
{
	struct json *list = json_new_array();

	for (size_t i = 0; i < s->n_problems; i++) {
		const struct problem *p = &s->problems[i];
		struct json *o = json_new_object();

		json_put(o, "account", text_or_null(p->account));
		json_put(o, "needs_person", json_new_bool(p->person));
		json_put(o, "since", cmd_json_time(p->since));
		json_put(o, "text", json_new_string(slice_str(p->text)));
		json_push(list, o);
	}
	return list;
}

int status_print_json(const struct status *s)
{
	struct json *o = json_new_object(), *accounts = json_new_array();

	for (size_t i = 0; i < s->n; i++)
		json_push(accounts, row_json(s, &s->rows[i]));
	json_put(o, "daemon", daemon_json(s));
	json_put(o, "accounts", accounts);
	json_put(o, "spool", spool_json(s));
	json_put(o, "quarantined", json_new_number(s->queue.quarantined));
	json_put(o, "problems", problems_json(s));
	return json_print(o, stdout);
}
