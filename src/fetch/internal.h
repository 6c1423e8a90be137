/* SPDX-License-Identifier: ISC */
/* What the files of fetch share; seen by nobody else. */
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
	bool has_health;	 /* it was read */
	int64_t session;	 /* calendar microseconds: grows */
	int64_t began, reported; /* of clock_ms() */
	bool login_tried, listed;
	bool dry; /* a preview: the state is only read */
	char prefix[PREFIX_MAX];
	const struct pop3_entry **durable; /* received, and safe with us */
	size_t n_durable;
	uint64_t n_fetched, bytes_fetched;
	size_t n_new; /* of them, what was not known before */
	const struct pop3_entry **deleted; /* as the server said, before QUIT */
	size_t n_deleted;
};

/*
 * open.c, the steps a session begins with: state and spool; connection and
 * login; the listing as it is and how it compares with what is known
 * (fetch_compare() once more, when more has become known). fetch_close() at
 * the end, always.
 */
int fetch_open(struct fetch *f, const struct fetch_job *job, struct error *err);
int fetch_connect(struct fetch *f, struct error *err);
int fetch_read_listing(struct fetch *f, struct error *err);
int fetch_compare(struct fetch *f, struct error *err);
void fetch_close(struct fetch *f);

/*
 * session.c: read the listing, take in what may change what is to be done,
 * and log that.
 */
int fetch_list(struct fetch *f, struct error *err);

/*
 * epoch.c: all UIDLs of the account have changed, it seems. Does what
 * the account says: 0, and f->todo is what is to be done then; -1 when a
 * person must decide.
 */
int fetch_check_epoch(struct fetch *f, struct error *err);

/*
 * outcome.c: a session begins, and has ended: its events, its line, and
 * what is remembered of the account. Returns whether a person is to be told,
 * by on-trouble: when the connection is closed, for that may take its time.
 */
void fetch_emit_start(const struct fetch *f);
bool fetch_note_outcome(struct fetch *f, const struct error *trouble);
void fetch_notify_person(const struct fetch_job *job,
			 const struct error *trouble);

/*
 * found.c: what `state rebuild` found in the Maildirs is known, once
 * its header is the one that the server has.
 */
int fetch_adopt_found(struct fetch *f, struct error *err);

/*
 * The headers of these messages by TOP, as identities parallel to them. One
 * that could not be had is all zeros, which is no message's.
 */
int fetch_identities(struct fetch *f, const struct pop3_entry *const *entries,
		     size_t n, unsigned char (*out)[HASH_SIZE],
		     struct error *err);

#endif
