/* SPDX-License-Identifier: ISC */
#include "fetch/session.h"

#include <stdlib.h>

#include "account/provider.h"
#include "fetch/folder.h"
#include "fetch/internal.h"
#include "fetch/known.h"
#include "fetch/linger.h"
#include "fetch/room.h"
#include "net/conn.h"
#include "state/seen.h"
#include "util/clock.h"
#include "util/hash.h"
#include "util/io.h"
#include "util/log.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* How long a server counts as one that loses what is sent ahead. */
#define LOSES_ALL_SECONDS  ((int64_t)30 * 24 * 3600)
#define LOSES_SOME_SECONDS ((int64_t)24 * 3600)

void fetch_prepare(const struct account *account)
{
	hash_prepare();
	conn_prepare(account);
}

static void log_todo(const struct fetch *f)
{
	log_info("%s: %zu messages on the server, %zu known, %zu to fetch",
		 f->name, f->listing.n, f->todo.n_known, f->todo.n_fetch);
	if (f->todo.n_left > 0)
		log_info("%s: %zu messages beyond the limit are left for the "
			 "next session",
			 f->name, f->todo.n_left);
	fetch_report(f, REPORT_LISTED, f->todo.n_fetch, f->todo.fetch_bytes);
}

int fetch_list(struct fetch *f, struct error *err)
{
	if (fetch_check_former(f, err) == -1 ||
	    fetch_adopt_nameless(f, err) == -1 ||
	    fetch_adopt_found(f, err) == -1 ||
	    fetch_check_reused(f, err) == -1 || fetch_check_epoch(f, err) == -1)
		return -1;
	if (fetch_sort_out(f, err) == -1 || fetch_spare_doubtful(f, err) == -1)
		return -1;
	/* A known message may be fetched again. */
	f->fetched = xcalloc(2 * f->listing.n, sizeof(*f->fetched));
	f->deleted = xcalloc(f->listing.n, sizeof(struct mailbox_entry *));
	f->vanished = xcalloc(f->listing.n, sizeof(*f->vanished));
	log_todo(f);
	fetch_note_large(f);
	return 0;
}

/* Deletions count only when QUIT was answered with +OK (RFC 1939, section 6).
 */
static int end_session(struct fetch *f, struct error *err)
{
	if (fetch_log_out(f, err) == 0)
		return fetch_record_deleted(f, err);
	if (f->n_deleted > 0)
		return error_prefix(err, "the server did not confirm the "
					 "deletions");
	/* No deletions were pending, and everything wanted is here. */
	log_info("%s: %s", f->name, err->text);
	return 0;
}

/*
 * Suspects come first, so that a session which ends at one of them has nothing
 * to lose. New messages come before known ones are looked at, because a server
 * may not answer TOP.
 */
static int run_mailbox(struct fetch *f, struct error *err)
{
	if (fetch_list(f, err) == -1 ||
	    listing_record(&f->todo, f->state, &f->policy, err) == -1)
		return -1;
	fetch_watch(f);
	if (f->run->n_over < FETCH_OVER_MAX &&
	    fetch_read_suspects(f, err) == -1)
		return -1;
	if (fetch_retrieve(f, err) == -1 || fetch_verify(f, err) == -1 ||
	    listing_record_gone(&f->todo, f->state, &f->policy, err) == -1)
		return -1;
	return fetch_delete_due(f, err);
}

/*
 * Once in a session, and before a complete listing adds to those that have
 * gone; if none is complete, only what has gone long ago is forgotten.
 */
static int age(struct fetch *f, bool complete, struct error *err)
{
	int64_t id = f->job->account_id, now = f->session / 1000000;
	int rc = state_begin(f->state, err);

	if (rc == -1)
		return -1;
	rc = complete ? state_age_gone(f->state, id, now, err)
		      : state_forget_gone(f->state, id, now, err);
	return state_end(f->state, rc, err);
}

/* IMAP: treat each folder as a mailbox of its own. */
static int run_folders(struct fetch *f, struct error *err)
{
	bool aged = false;
	int rc;

	while ((rc = fetch_next_folder(f, err)) == 1) {
		bool complete = !f->policy.is_partial && !aged;

		if ((complete && age(f, true, err) == -1) ||
		    run_mailbox(f, err) == -1 ||
		    fetch_close_folder(f, err) == -1)
			return -1;
		aged |= complete;
		fetch_leave_mailbox(f);
	}
	return rc == -1 || aged ? rc : age(f, false, err);
}

/* More may come later in the same session. */
static int run_imap(struct fetch *f, struct error *err)
{
	int rc;

	do
		rc = run_folders(f, err);
	while (rc == 0 && fetch_linger(f));
	return rc;
}

static int enter(struct fetch *f, struct error *err)
{
	return f->job->live != NULL ? fetch_take_over(f, err)
				    : fetch_connect(f, err);
}

/* THE SESSION: its steps, in order. */
static int run_session(struct fetch *f, struct error *err)
{
	int rc;

	if (fetch_check_room(f, err) == -1 || enter(f, err) == -1 ||
	    fetch_lock_former(f, err) == -1 || fetch_confine(f, err) == -1)
		return -1;
	if (f->remote.imap != NULL)
		rc = run_imap(f, err);
	else if ((rc = fetch_read_listing(f, err)) == 0)
		rc = run_mailbox(f, err);
	if (rc == -1 || end_session(f, err) == -1)
		return -1;
	return f->is_short ? fetch_no_room(f, err) : fetch_check_unread(f, err);
}

/* Some providers list a part of the mailbox, and the next part later. */
static bool has_more(const struct fetch *f)
{
	const struct account *a = f->job->account;
	const struct provider *provider = a->provider != NULL
						  ? provider_find(a->provider)
						  : provider_of_host(a->host);

	return a->protocol == PROTOCOL_POP3 && provider != NULL &&
	       provider_lists_some(provider) && f->n_new > 0 &&
	       f->todo.n_left == 0;
}

/*
 * Is another session worth while that does without what has broken this one:
 * without the suspect, or without commands that are sent ahead?
 */
static bool plan_retry(const struct fetch *f, struct fetch_run *next,
		       struct error *err)
{
	bool in_flight = fetch_is_connected(f) && fetch_broke(f).in_flight;

	/* It may not let us in again so soon: then the first trouble counts. */
	if (!f->listed && next->first.kind != ERR_NONE)
		*err = next->first;
	if (f->health.login_delay != 0)
		return false;
	next->first = *err;
	if (f->is_over) {
		next->n_over++;
		return true;
	}
	if (!in_flight || f->run->unpipelined)
		return false;
	log_info("%s: %s; trying again without commands sent ahead", f->name,
		 err->text);
	next->unpipelined = true;
	next->at_once = fetch_broke(f).answered <= 1;
	return true;
}

/* It has worked without: do so from the start for some time. */
static int note_no_pipelining(struct fetch *f, struct error *err)
{
	if (!f->run->unpipelined)
		return 0;
	f->faults.no_pipelining_until =
		f->session / 1000000 +
		(f->run->at_once ? LOSES_ALL_SECONDS : LOSES_SOME_SECONDS);
	log_info("%s: %s loses commands that are sent ahead; they are sent one "
		 "by one from now on",
		 f->name, f->server);
	return state_set_server(f->state, f->server, &f->faults, err);
}

/* How a session ended. */
struct end {
	enum error_kind kind;
	bool more;     /* another one is worth while */
	bool complain; /* run on-trouble */
	bool confined; /* this process can do neither */
};

/* Run one session, as `run` says; the next one, if any, as it says then. */
static struct end run_once(const struct fetch_job *job, struct fetch_run *run,
			   struct error *err)
{
	const struct fetch_run this = *run;
	struct health_outcome outcome;
	struct end end = {.kind = ERR_NONE};
	struct fetch f;
	int rc = fetch_open(&f, job, err);

	f.run = &this;
	fetch_emit_start(&f);
	if (rc == 0)
		rc = run_session(&f, err);
	if (rc == 0)
		fetch_show_alert(&f);
	if (rc == 0)
		rc = note_no_pipelining(&f, err);
	end.more = rc == -1 && plan_retry(&f, run, err);
	if (end.more) {
		fetch_emit_end(&f, false);
	} else {
		if (rc == 0)
			err->kind = ERR_NONE;
		else
			fetch_blame(&f, err);
		if (rc == -1)
			fetch_doubt(&f, err);
		fetch_tell_rest(&f);
		outcome = fetch_note_outcome(&f, err);
		end.kind = outcome.kind;
		end.complain = outcome.tell;
		end.more = rc == 0 && has_more(&f);
	}
	end.confined = f.confined;
	fetch_close(&f);
	return end;
}

/* Let the sorter and other fetchers go on while on-trouble runs. */
static void release_job(const struct fetch_job *job)
{
	int wake_fd = job->wake_fd, lock_fd = job->lock_fd;

	io_close_quietly(&wake_fd);
	io_close_quietly(&lock_fd);
}

int fetch_run(const struct fetch_job *job)
{
	struct fetch_left left = {.again = false};
	struct error err = ERROR_INIT;
	struct end end;

	left.run.began = clock_calendar_us();
	if (job->run != NULL)
		left.run = *job->run;
	do
		end = run_once(job, &left.run, &err);
	while (end.more && !end.confined && job->live == NULL);
	if (end.confined || job->live != NULL) {
		left.again = end.more;
		if (end.complain)
			left.trouble = err;
		if (end.more || end.complain)
			fetch_leave(job->left_fd, &left);
	} else if (end.complain) {
		release_job(job);
		fetch_notify_person(job, &err);
	}
	return error_exit_status(end.kind);
}
