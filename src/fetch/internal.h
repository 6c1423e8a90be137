/* SPDX-License-Identifier: ISC */
/* Shared by the files of fetch/ only. */
#ifndef FETCH_INTERNAL_H
#define FETCH_INTERNAL_H

#include "fetch/failure.h"
#include "fetch/folders.h"
#include "fetch/health.h"
#include "fetch/listing.h"
#include "fetch/remote.h"
#include "fetch/session.h"
#include "fetch/steps.h"
#include "state/accounts.h"
#include "state/attempt.h"
#include "state/server.h"
#include "state/spool.h"
#include "tell/report.h"

#define PREFIX_MAX 24 /* "a" and the account's number in the state */

/* "HOST:PORT"; a name has at most 255 bytes. */
#define SERVER_MAX 300

/* The sums of all folders of this session that are finished. */
struct fetch_before {
	uint64_t fetched, bytes;
	size_t new, deleted, left;
};

struct fetch {
	const struct fetch_job *job;
	const struct fetch_run *run;
	const char *name; /* of the account, for messages */
	struct state *state;
	struct spool spool;
	struct remote remote;
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
	bool confined;		/* it has tried to be; see confine.c */
	bool dry;		/* a preview: the state is only read */
	bool surveys;		/* list also folders that are not wanted */
	struct folders folders; /* of IMAP, those to look at */
	const struct folder_there *folder; /* the one that is looked at */
	struct imap_selected selected;
	struct buf uidl_prefix; /* of those in it */
	uint32_t from;		/* the listing begins with this UID */
	uint32_t *settled;	/* those below that were asked for; NULL: all */
	size_t n_settled;
	bool every; /* also folders that have not changed */
	size_t first_folder, next_folder; /* the second counts from the first */
	size_t n_unread;		  /* folders that cannot be read */
	struct error unread;		  /* the first of them */
	struct fetch_before before;
	struct former_lock *locks; /* of former.c */
	size_t n_locks;
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
	bool *vanished; /* parallel to the listing: it is not there any more */
};

#endif
