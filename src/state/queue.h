/* SPDX-License-Identifier: ISC */
/* The messages in the spool: which wait, for what, and until when. */
#ifndef STATE_QUEUE_H
#define STATE_QUEUE_H

#include "state/state.h"

/* What is kept of a message for those who ask later. */
struct history {
	const char *summary; /* subject and sender, escaped */
	const char *id;	     /* Message-ID, escaped */
	int64_t run;	     /* which run decided; see state_new_run() */
};

/* A longer path of a message on disk is not sorted again. */
#define ORIGIN_MAX 1024

/* A message waiting for its verdict, or with an unfinished plan. */
struct queued {
	int64_t id;
	int64_t first_seen;
	char spool[64];
	char account[ACCOUNT_NAME_MAX + 1];
	uint64_t size;
	unsigned char key[HASH_SIZE]; /* of account and UIDL */
	unsigned char sha256[HASH_SIZE];
	char origin[ORIGIN_MAX]; /* where it lies on disk; "" for new mail */
	int tries;		 /* deciding it was put off so often */
	int crashes;		 /* a sorter died so often while deciding it */
};

/* Up to `max` messages without a plan that are due, with ids above `after`. */
int state_queue(struct state *s, int64_t after, int64_t now, struct queued *out,
		size_t max, size_t *n_out, struct error *err);

/* One message, whatever its state: 1 found, 0 not. */
int state_get_queued(struct state *s, int64_t message, struct queued *out,
		     struct error *err);

/* A sorter died while it decided the message (n -1), or ran this step of it. */
int state_add_crash(struct state *s, int64_t message, int n, struct error *err);

/* In place of a plan: do not decide it before then; so many tries were made. */
int state_set_hold(struct state *s, int64_t message, int64_t until, int tries,
		   const struct history *history, struct error *err);

/* Number of messages in the spool that are not done. */
int state_queue_length(struct state *s, int64_t *n_out, struct error *err);

/*
 * The spool file of a message is gone. 1: it is forgotten, and comes again
 * from its server or from the disk; 0: it cannot, and is not forgotten; -1.
 * state_drop_message() forgets it in any case.
 */
int state_forget_message(struct state *s, int64_t message, struct error *err);
int state_drop_message(struct state *s, int64_t message, struct error *err);

/* The id of the newest message; 0: there is none. */
int state_newest(struct state *s, int64_t *id_out, struct error *err);

/* Is there anything in the spool, or left to be cleared up on disk? */
int state_has_work(struct state *s, bool *work_out, struct error *err);

/*
 * Does mail wait because deciding or filing it has failed? 1, 0, -1. Commands
 * that are to be tried again do not count: their mail is filed.
 */
int state_has_failing(struct state *s, struct error *err);

/*
 * In how many seconds is there something for a sorter to do? 1, with 0 for
 * what is due already; 0: nothing waits; -1.
 */
int state_next_work(struct state *s, int64_t now, int64_t *wait_out,
		    struct error *err);

/*
 * Mail on disk: it stays after all; the next one after `after` that was filed
 * elsewhere and whose old file is still to be removed (1, 0 none, -1); that
 * is done. Is a file of that name, or of that name with flags behind a colon,
 * on its way already? 1, 0, -1.
 */
int state_set_stays(struct state *s, int64_t message, struct error *err);
int state_next_moved(struct state *s, int64_t after, int64_t *message_out,
		     char origin[ORIGIN_MAX], struct error *err);
int state_has_origin(struct state *s, const char *origin, struct error *err);

#endif
