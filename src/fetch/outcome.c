/* SPDX-License-Identifier: ISC */
/* How a session went: recorded, logged and emitted as events. */
#include <stdint.h>
#include <string.h>

#include "account/refusal.h"
#include "fetch/health.h"
#include "fetch/internal.h"
#include "tell/event.h"
#include "util/clock.h"
#include "util/log.h"

#include "util/banned.h"

/* Adds up to a tenth to a wait, so that many accounts do not poll together. */
static int64_t random_jitter(void)
{
	uint16_t n;

	hash_random(&n, sizeof(n));
	return n % 1000;
}

void fetch_report(const struct fetch *f, enum report_kind kind, uint64_t count,
		  uint64_t bytes)
{
	struct report_event event = {
		.kind = kind,
		.account = f->job->account_index,
		.count = count,
		.bytes = bytes,
	};

	report_send(f->job->report_fd, &event);
}

/* A server may be busy in so many sessions in a row. */
#define BUSY_SESSIONS 3

/*
 * Some refusals sound temporary, and mostly are not: a person is told what is
 * behind them if they last. The login was not refused as such: it does no harm
 * to try it again.
 */
void fetch_doubt(struct fetch *f, struct error *trouble)
{
	const struct account *a = f->job->account;
	struct refusal r;
	char text[sizeof(trouble->text)];

	if (trouble->kind != ERR_TEMPORARY || !f->login_tried || f->listed ||
	    f->health.failures + 1 < BUSY_SESSIONS)
		return;
	refusal_read(slice_str(trouble->text), a->host, &r);
	if (r.kind != REFUSAL_TEMPORARY || r.advice == NULL)
		return;
	memcpy(text, trouble->text, sizeof(text));
	(void)error_set(trouble, ERR_PERSON, "%s; %s", text, r.advice);
	f->login_tried = f->has_secret = false;
}

void fetch_emit_start(const struct fetch *f)
{
	struct event *e = event_new(LOG_PRIORITY_INFO, "fetch-start");

	event_put_text(e, "account", f->name);
	log_object(LOG_PRIORITY_INFO, event_text(e));
	event_free(e);
}

void fetch_emit_end(const struct fetch *f, bool ok)
{
	uint64_t n_fetched = f->before.fetched + f->n_fetched;
	size_t n_deleted = f->before.deleted + f->n_deleted;
	struct event *e = event_new(LOG_PRIORITY_INFO, "fetch-end");

	event_put_text(e, "account", f->name);
	event_put_bool(e, "ok", ok);
	event_put_number(e, "fetched", (int64_t)n_fetched);
	event_put_number(e, "bytes",
			 (int64_t)(f->before.bytes + f->bytes_fetched));
	event_put_number(e, "new", (int64_t)(f->before.new + f->n_new));
	event_put_number(e, "deleted", (int64_t)n_deleted);
	if (f->listed)
		event_put_number(e, "on_server", f->health.on_server);
	event_put_number(e, "ms", clock_ms() - f->began);
	log_event(LOG_PRIORITY_INFO, event_text(e),
		  "%s: %llu messages fetched, %zu deleted on the server",
		  f->name, (unsigned long long)n_fetched, n_deleted);
	event_free(e);
}

/* Trouble that a person is not told of, or not yet, is logged as information.
 */
static void log_trouble(const struct fetch *f, const struct error *trouble,
			const struct health_outcome *outcome)
{
	/* The login, or before it the certificate. */
	bool refused =
		trouble->kind == ERR_PERSON && f->has_secret && !f->listed;
	enum log_priority priority =
		outcome->tell ? LOG_PRIORITY_ERROR : LOG_PRIORITY_INFO;
	struct event *e =
		event_new(priority, refused ? "login-failed" : "failed");

	event_put_text(e, "account", f->name);
	event_put_line(e, "text", trouble->text);
	event_put_bool(e, "temporary", outcome->kind == ERR_TEMPORARY);
	event_put_number(e, "since", f->health.failing_since);
	log_event(priority, event_text(e), "%s: %s", f->name, trouble->text);
	event_free(e);
}

/* Record it; without a database there is nothing to compare with: tell. */
static struct health_outcome record(struct fetch *f,
				    const struct health_session *session)
{
	const struct account *a = f->job->account;
	const struct health_policy policy = {
		.now = clock_calendar_s(),
		.complain_after = f->job->complain_after,
		.every = a->every,
		.jitter = random_jitter(),
		.watched = f->job->watched,
	};
	struct error unsaved = ERROR_INIT;
	struct health_outcome out;

	if (!f->has_health)
		return health_update(&f->health, session, &policy);
	if (health_record(f->state, f->job->account_id, &f->health, session,
			  &policy, &out, &unsaved) == -1)
		log_error("%s: %s", f->name, unsaved.text);
	return out;
}

struct health_outcome fetch_note_outcome(struct fetch *f,
					 const struct error *trouble)
{
	const struct health_session session = {
		.trouble = trouble,
		.id = f->listed ? f->session : 0,
		.refused = trouble->kind == ERR_PERSON && f->login_tried &&
			   !f->listed,
		/* Without progress the next session would fail at once, too. */
		.again = f->before.left + f->todo.n_left > 0 &&
			 f->before.new + f->n_new > 0,
		.wait = fetch_wait_wanted(f),
	};
	struct health_outcome out = record(f, &session);

	if (trouble->kind != ERR_NONE)
		log_trouble(f, trouble, &out);
	fetch_emit_end(f, trouble->kind == ERR_NONE);
	return out;
}

void fetch_notify_person(const struct fetch_job *job,
			 const struct error *trouble)
{
	struct error err = ERROR_INIT;

	/* A person who looks on has seen the log. */
	if (!job->watched && hook_trouble(&job->on_trouble, job->account->name,
					  trouble->text, &err) == -1)
		log_error("%s", err.text);
}
