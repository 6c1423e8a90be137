/* SPDX-License-Identifier: ISC */
/* The steps that every session begins with, and the last one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/password.h"
#include "fetch/internal.h"
#include "fetch/known.h"
#include "net/conn.h"
#include "net/login.h"
#include "state/watermark.h"
#include "util/clock.h"
#include "util/log.h"

#include "util/banned.h"

/* For so long a server's fault is remembered. */
#define FAULT_SECONDS_MAX ((int64_t)30 * 24 * 3600)

int fetch_recall_trouble(struct fetch *f, struct error *err)
{
	int64_t id = f->job->account_id;
	int doubts = state_has_doubts(f->state, id, err);

	f->has_doubts = doubts == 1;
	if (doubts == -1)
		return -1;
	attempts_release(&f->attempts);
	return state_get_attempts(f->state, id, &f->attempts, err);
}

int fetch_recall(struct fetch *f, struct error *err)
{
	const struct account *a = f->job->account;
	int64_t id = f->job->account_id;

	(void)snprintf(f->server, sizeof(f->server), "%s:%d", a->host, a->port);
	if (state_get_health(f->state, id, &f->health, err) == -1)
		return -1;
	f->has_health = true;
	if (state_get_server(f->state, f->server, &f->faults, err) == -1)
		return -1;
	return fetch_recall_trouble(f, err);
}

int fetch_open(struct fetch *f, const struct fetch_job *job, struct error *err)
{
	memset(f, 0, sizeof(*f));
	f->job = job;
	f->name = job->account->name;
	f->spool.fd = -1;
	buf_init(&f->uidl_prefix, MAILBOX_UIDL_MAX);
	f->session = clock_calendar_us();
	f->began = clock_ms();
	(void)snprintf(f->prefix, sizeof(f->prefix), "a%lld",
		       (long long)job->account_id);
	if (state_open(&f->state, job->state_dir, STATE_WRITE, err) == -1 ||
	    fetch_recall(f, err) == -1)
		return -1;
	if (spool_open(&f->spool, job->spool_dir, err) == -1)
		return -1;
	spool_batch_init(&f->batch, &f->spool);
	return spool_clean(&f->spool, f->prefix, f->state, err);
}

/* A time that a clock far ahead has set must not count for years. */
static bool is_remembered(const struct fetch *f, int64_t until)
{
	int64_t now = f->session / 1000000;

	return until > now && until - now <= FAULT_SECONDS_MAX;
}

static bool may_pipeline(const struct fetch *f)
{
	return f->job->account->pipelining == PIPELINING_AUTO &&
	       (f->run == NULL || !f->run->unpipelined) &&
	       !is_remembered(f, f->faults.no_pipelining_until);
}

int fetch_connect(struct fetch *f, struct error *err)
{
	const struct account *a = f->job->account;
	struct buf secret = BUF_INIT(PASSWORD_MAX);
	struct conn_secret how = {.is_token = a->token_command != NULL};
	int rc;

	rc = password_read(a, &secret, err);
	how.text = secret.s;
	if (rc == 0)
		rc = login_check(a, &how, err);
	f->has_secret = rc == 0;
	if (rc == 0)
		rc = fetch_log_in(f, &how, may_pipeline(f), err);
	buf_wipe(&secret);
	return rc;
}

int fetch_open_dry(struct fetch *f, const struct fetch_job *job,
		   struct error *err)
{
	memset(f, 0, sizeof(*f));
	f->job = job;
	f->name = job->account->name;
	f->dry = true;
	f->spool.fd = -1;
	f->session = clock_calendar_us();
	buf_init(&f->uidl_prefix, MAILBOX_UIDL_MAX);
	if (state_open(&f->state, job->state_dir, STATE_READ, err) == -1 ||
	    fetch_recall(f, err) == -1)
		return -1;
	return fetch_connect(f, err);
}

/* How many messages may come still; -1: none, because 0 is no limit. */
static int64_t limit_of(const struct fetch *f)
{
	int64_t limit = f->job->account->limit;
	int64_t left = limit - (int64_t)f->before.fetched;

	if (limit == 0)
		return 0;
	return left > 0 ? left : -1;
}

void fetch_make_policy(struct fetch *f)
{
	const struct account *a = f->job->account;
	struct listing_policy policy = {
		.account = f->job->account_id,
		.last_session = f->health.last_session,
		.now = f->session / 1000000,
		.keep = a->move_to != NULL ? KEEP_NO : a->keep,
		.keep_seconds = a->keep_seconds,
		.max_size = a->max_size,
		.limit = limit_of(f),
		.has_top = fetch_has_headers(f),
		.prefix = SLICE_EMPTY,
	};

	f->policy = policy;
}

int fetch_compare(struct fetch *f, struct error *err)
{
	listing_release(&f->todo);
	if (listing_compare(&f->todo, &f->listing, f->state, &f->policy, err) ==
	    -1)
		return -1;
	f->listed = true;
	return 0;
}

int fetch_read_listing(struct fetch *f, struct error *err)
{
	struct pop3 *pop3 = f->remote.pop3;
	struct pop3_terms terms;

	if (is_remembered(f, f->faults.no_top_until))
		pop3_ignore_top(pop3);
	if (pop3_list(pop3, &f->listing, err) == -1)
		return -1;
	terms = pop3_terms(pop3);
	if (!f->dry &&
	    state_forget_folders(f->state, f->job->account_id, err) == -1)
		return -1;
	fetch_forget_large(f);
	f->health.on_server = (int64_t)f->listing.n;
	f->health.login_delay = terms.login_delay;
	f->health.expire = terms.expire;
	fetch_make_policy(f);
	if (!f->listing.has_uidl && f->policy.keep != KEEP_NO &&
	    f->listing.n > 0)
		return error_set(err, ERR_PERSON,
				 "the server has no UIDL, so what was fetched "
				 "cannot be told from what is new; set "
				 "keep-on-server = no for this account");
	return fetch_compare(f, err);
}

static void release_mailbox(struct fetch *f)
{
	mailbox_release(&f->listing);
	listing_release(&f->todo);
	free(f->fetched);
	free(f->deleted);
	free(f->lost);
	free(f->suspects);
	free(f->vanished);
	for (size_t i = 0; i < f->n_refused; i++)
		free(f->refused[i].why);
	free(f->refused);
}

void fetch_leave_mailbox(struct fetch *f)
{
	f->before.fetched += f->n_fetched;
	f->before.bytes += f->bytes_fetched;
	f->before.new += f->n_new;
	f->before.deleted += f->n_deleted;
	f->before.left += f->todo.n_left;
	release_mailbox(f);
	f->fetched = NULL;
	f->deleted = NULL;
	f->lost = NULL;
	f->suspects = NULL;
	f->vanished = NULL;
	f->refused = NULL;
	f->n_fetched = f->bytes_fetched = 0;
	f->n_durable = f->n_refused = f->n_suspects = f->n_new = 0;
	f->n_deleted = f->n_lost = 0;
	f->culprit = NULL;
}

void fetch_close(struct fetch *f)
{
	fetch_disconnect(f);
	release_mailbox(f);
	folders_release(&f->folders);
	free(f->settled);
	fetch_unlock_former(f);
	buf_release(&f->uidl_prefix);
	spool_close(&f->spool);
	attempts_release(&f->attempts);
	state_leave(f->state);
}
