/* SPDX-License-Identifier: ISC */
/* The steps that every session begins with, and the last one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/password.h"
#include "fetch/internal.h"
#include "net/conn.h"
#include "util/clock.h"
#include "util/log.h"

#include "util/banned.h"

int fetch_open(struct fetch *f, const struct fetch_job *job, struct error *err)
{
	memset(f, 0, sizeof(*f));
	f->job = job;
	f->name = job->account->name;
	f->spool.fd = -1;
	f->session = clock_calendar_us();
	f->began = clock_ms();
	(void)snprintf(f->prefix, sizeof(f->prefix), "a%lld",
		       (long long)job->account_id);
	if (state_open(&f->state, job->state_dir, STATE_WRITE, err) == -1 ||
	    state_get_health(f->state, job->account_id, &f->health, err) == -1)
		return -1;
	f->has_health = true;
	if (spool_open(&f->spool, job->spool_dir, err) == -1)
		return -1;
	spool_batch_init(&f->batch, &f->spool);
	return spool_clean(&f->spool, f->prefix, f->state, err);
}

static void trace_wire(char direction, struct slice text)
{
	log_wire("%c %.*s", direction, (int)(text.len > 400 ? 400 : text.len),
		 text.p);
}

int fetch_connect(struct fetch *f, struct error *err)
{
	const struct account *a = f->job->account;
	struct buf secret = BUF_INIT(PASSWORD_MAX);
	struct conn_secret how = {.is_token = a->token_command != NULL};
	struct conn *conn;
	int rc;

	rc = password_read(a, &secret, err);
	how.text = secret.s;
	if (rc == 0)
		rc = pop3_check_login(a, &how, err);
	f->login_tried = rc == 0;
	if (rc == 0)
		rc = conn_open(&conn, a, err);
	if (rc == 0) {
		f->pop3 = pop3_new(conn, trace_wire,
				   a->pipelining == PIPELINING_AUTO);
		rc = pop3_login(f->pop3, a, &how, err);
	}
	if (secret.cap != 0)
		explicit_bzero(secret.s, secret.cap);
	buf_release(&secret);
	return rc;
}

static void make_policy(struct fetch *f)
{
	const struct account *a = f->job->account;
	struct listing_policy policy = {
		.account = f->job->account_id,
		.last_session = f->health.last_session,
		.now = f->session / 1000000,
		.keep = a->keep,
		.keep_seconds = a->keep_seconds,
		.max_size = a->max_size,
		.limit = a->limit,
		.has_top = pop3_has_top(f->pop3),
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
	struct pop3_terms terms;

	if (pop3_list(f->pop3, &f->listing, err) == -1)
		return -1;
	terms = pop3_terms(f->pop3);
	f->health.on_server = (int64_t)f->listing.n;
	f->health.login_delay = terms.login_delay;
	f->health.expire = terms.expire;
	make_policy(f);
	if (!f->listing.has_uidl && f->policy.keep != KEEP_NO &&
	    f->listing.n > 0)
		return error_set(err, ERR_PERSON,
				 "the server has no UIDL, so what was fetched "
				 "cannot be told from what is new; set "
				 "keep-on-server = no for this account");
	return fetch_compare(f, err);
}

void fetch_close(struct fetch *f)
{
	pop3_close(f->pop3);
	pop3_listing_release(&f->listing);
	listing_release(&f->todo);
	free(f->durable);
	free(f->deleted);
	spool_close(&f->spool);
	state_close(f->state);
}
