/* SPDX-License-Identifier: ISC */
/* Shared by the files of fetch/ only. */
#ifndef FETCH_INTERNAL_H
#define FETCH_INTERNAL_H

#include "fetch/failure.h"
#include "fetch/health.h"
#include "fetch/listing.h"
#include "fetch/session.h"
#include "pop3/pop3.h"
#include "state/accounts.h"
#include "state/attempt.h"
#include "state/server.h"
#include "state/spool.h"
#include "tell/report.h"

#define PREFIX_MAX 24 /* "a" and the account's number in the state */

/* "HOST:PORT"; a name has at most 255 bytes. */
#define SERVER_MAX 300

struct fetch {
	const struct fetch_job *job;
	const struct fetch_run *run;
	const char *name; /* of the account, for messages */
	struct state *state;
	struct spool spool;
	struct pop3 *pop3;
	struct mailbox_listing listing;
	struct listing_policy policy;
	struct listing_todo todo;
	struct spool_batch batch;
	struct account_health health;
	bool has_health; /* `health` was read */
	char server[SERVER_MAX];
	struct server_faults faults; /* of the server, as remembered */
	struct attempts attempts;    /* messages that failed before */
	bool has_doubts;	     /* some that are here must be read again */
	int64_t session; /* id: its start in microseconds since 1970, grows */
	int64_t began, reported;	      /* by clock_ms() */
	bool has_secret, login_tried, listed; /* how far it has come */
	bool confined;		 /* it has tried to be; see confine.c */
	bool dry;		 /* a preview: the state is only read */
	char prefix[PREFIX_MAX]; /* of spool files */
	struct fetched *fetched; /* the last ones are in the batch, still */
	uint64_t n_fetched, bytes_fetched;
	size_t n_durable; /* of them, committed */
	struct refused *refused;
	size_t n_refused, n_named; /* in warnings, or counted in one */
	struct suspect *suspects;
	size_t n_suspects;
	const struct mailbox_entry
		*culprit; /* not proved when the session broke */
	bool is_over;	  /* the session ended at a suspect */
	bool is_short;	  /* of room on a disk: messages were left */
	size_t n_new;	  /* fetched ones whose content was not known */
	const struct mailbox_entry *
		*deleted; /* with +OK to DELE; before QUIT */
	size_t n_deleted;
	struct lost *lost; /* of same.c */
	size_t n_lost;
};

/*
 * open.c, the steps a session begins with: fetch_open() opens state and spool,
 * fetch_recall() reads what is remembered of the account (fetch_open() calls
 * it), and fetch_recall_trouble() a part of that, which is read again after
 * accounts were merged; fetch_connect() logs in, fetch_read_listing() reads the
 * listing and calls fetch_compare(), which finds out what of it is known; it is
 * called again when more has become known. Always call fetch_close() at the
 * end.
 */
int fetch_open(struct fetch *f, const struct fetch_job *job, struct error *err);
int fetch_recall(struct fetch *f, struct error *err);
int fetch_recall_trouble(struct fetch *f, struct error *err);
int fetch_connect(struct fetch *f, struct error *err);
int fetch_read_listing(struct fetch *f, struct error *err);
int fetch_compare(struct fetch *f, struct error *err);
void fetch_close(struct fetch *f);

/*
 * confine.c: after the login, give up all but the connection, the state and the
 * spool, for the rest of this process.
 */
int fetch_confine(struct fetch *f, struct error *err);

/* left.c: tell the parent what is left to do. */
void fetch_leave(int fd, const struct fetch_left *left);

/* outcome.c: report progress to the parent. */
void fetch_report(const struct fetch *f, enum report_kind kind, uint64_t count,
		  uint64_t bytes);

/* session.c: read the listing, find out all that is known of it, log it. */
int fetch_list(struct fetch *f, struct error *err);

/*
 * large.c: count the messages that stay on the server because of max-size, and
 * log those that were not logged before. f->todo is final.
 */
void fetch_note_large(struct fetch *f);

/*
 * outcome.c: emit the event of a session's start; log and emit its end, and
 * record the account's health. When the outcome is to be told, call
 * fetch_notify_person(), which runs on-trouble: after fetch_close(), because
 * that command may take long.
 */
void fetch_emit_start(const struct fetch *f);
void fetch_emit_end(const struct fetch *f, bool ok);
struct health_outcome fetch_note_outcome(struct fetch *f,
					 const struct error *trouble);
void fetch_notify_person(const struct fetch_job *job,
			 const struct error *trouble);

#endif
