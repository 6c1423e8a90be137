/* SPDX-License-Identifier: ISC */
/* Shared by the files of fetch/ only. */
#ifndef FETCH_INTERNAL_H
#define FETCH_INTERNAL_H

#include "fetch/listing.h"
#include "fetch/session.h"
#include "pop3/pop3.h"
#include "state/accounts.h"
#include "state/spool.h"

/* "a" and the account's number in the state. */
#define PREFIX_MAX 24

struct fetch {
	const struct fetch_job *job;
	const char *name; /* of the account, for messages */
	struct state *state;
	struct spool spool;
	struct pop3 *pop3;
	struct pop3_listing listing;
	struct listing_policy policy;
	struct listing_todo todo;
	struct spool_batch batch;
	struct account_health health;
	bool has_health; /* `health` was read */
	int64_t session; /* id: its start in microseconds since 1970, grows */
	int64_t began, reported; /* by clock_ms() */
	bool login_tried, listed;
	bool dry;		 /* a preview: the state is only read */
	char prefix[PREFIX_MAX]; /* of spool files */
	const struct pop3_entry **durable; /* received and committed */
	size_t n_durable;
	uint64_t n_fetched, bytes_fetched;
	size_t n_new; /* fetched ones whose content was not known */
	const struct pop3_entry **deleted; /* with +OK to DELE; before QUIT */
	size_t n_deleted;
};

/*
 * open.c, the steps a session begins with: fetch_open() opens state and spool,
 * fetch_connect() logs in, fetch_read_listing() reads the listing and calls
 * fetch_compare(), which finds out what of it is known; it is called again
 * when more has become known. Always call fetch_close() at the end.
 */
int fetch_open(struct fetch *f, const struct fetch_job *job, struct error *err);
int fetch_connect(struct fetch *f, struct error *err);
int fetch_read_listing(struct fetch *f, struct error *err);
int fetch_compare(struct fetch *f, struct error *err);
void fetch_close(struct fetch *f);

/*
 * session.c: fetch_read_listing(), fetch_adopt_found() and
 * fetch_check_epoch(); then f->todo is final, and is logged.
 */
int fetch_list(struct fetch *f, struct error *err);

/*
 * epoch.c: when all UIDLs of the account seem to have changed, do what its
 * setting `uidl-change` says. 0: f->todo is up to date; -1: error, or a person
 * must decide (ERR_PERSON).
 */
int fetch_check_epoch(struct fetch *f, struct error *err);

/*
 * outcome.c: emit the event of a session's start; log and emit its end, and
 * record the account's health. fetch_note_outcome() returns whether to call
 * fetch_notify_person(), which runs on-trouble: after fetch_close(), because
 * that command may take long.
 */
void fetch_emit_start(const struct fetch *f);
bool fetch_note_outcome(struct fetch *f, const struct error *trouble);
void fetch_notify_person(const struct fetch_job *job,
			 const struct error *trouble);

/*
 * found.c: record as known what `state rebuild` has found in the Maildirs, if
 * the header on the server is the same.
 */
int fetch_adopt_found(struct fetch *f, struct error *err);

/*
 * Get the identities (mail/identity.h) of these messages by TOP, parallel to
 * `entries`. Where TOP fails, all bytes are 0, which matches no message.
 */
int fetch_identities(struct fetch *f, const struct pop3_entry *const *entries,
		     size_t n, unsigned char (*out)[HASH_SIZE],
		     struct error *err);

#endif
