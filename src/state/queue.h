/* SPDX-License-Identifier: ISC */
/* The messages in the spool: which of them wait, for what, and until when. */
#ifndef STATE_QUEUE_H
#define STATE_QUEUE_H

#include "state/state.h"

/* Texts that `why` and `log` show of a message, and its run. */
struct history {
	const char *summary; /* subject and sender, escaped */
	const char *id;	     /* Message-ID, escaped */
	int64_t run;	     /* which run decided; see state_new_run() */
};

/* Messages on disk with longer paths are not sorted. */
#define ORIGIN_MAX 1024

/* Bytes of the path of a folder on a server: it is a part of a UIDL. */
#define SERVER_FOLDER_MAX 1000

/* A message that waits for its verdict, or has an unfinished plan. */
struct queued {
	int64_t id;
	int64_t first_seen;
	int64_t arrived; /* on its server; 0: unknown */
	char spool[64];
	char account[ACCOUNT_NAME_MAX + 1];
	uint64_t size;
	unsigned char key[HASH_SIZE]; /* of account and UIDL */
	unsigned char sha256[HASH_SIZE];
	/* Where it lies on disk, if that is sealed; "" for new mail. */
	char origin[ORIGIN_MAX];
	char folder[SERVER_FOLDER_MAX]; /* on its server; "": unknown */
	unsigned flags;			/* there, mail/flags.h */
	bool repeated;			/* on disk: see struct received */
	int tries;			/* how often deciding it was put off */
	int crashes; /* how many sorters died while deciding it */
};

/*
 * The next messages that are due and have no plan, at most `max`, with ids
 * above `after`.
 */
int state_queue(struct state *s, int64_t after, int64_t now, struct queued *out,
		size_t max, size_t *n_out, struct error *err);

/* One message, in any state: 1 found, 0 not, -1. */
int state_get_queued(struct state *s, int64_t message, struct queued *out,
		     struct error *err);

/*
 * Count a crash: a sorter died while it decided the message (n -1) or ran its
 * step n.
 */
int state_add_crash(struct state *s, int64_t message, int n, struct error *err);

/*
 * In place of a plan: decide the message at `until` or later. `tries` is how
 * often that was put off after a failure.
 */
int state_set_hold(struct state *s, int64_t message, int64_t until, int tries,
		   const struct history *history, struct error *err);

/* The number of messages in the spool that are not done. */
int state_queue_length(struct state *s, int64_t *n_out, struct error *err);

/*
 * The spool file of a message is missing. 1: its rows were deleted, and it
 * comes again from its server or from the disk; 0: it cannot come again, and
 * its rows are kept; -1. state_drop_message() deletes them in any case.
 */
int state_forget_message(struct state *s, int64_t message, struct error *err);
int state_drop_message(struct state *s, int64_t message, struct error *err);

/* The id of the newest message; 0: there is none. */
int state_newest(struct state *s, int64_t *id_out, struct error *err);

/* Is there anything in the spool, or an old file to be removed on disk? */
int state_has_work(struct state *s, bool *work_out, struct error *err);

/*
 * Does mail wait because deciding or filing it failed? 1, 0, -1. Commands to be
 * tried again do not count: their mail is filed.
 */
int state_has_failing(struct state *s, struct error *err);

/*
 * When is there work for a sorter? 1: in *wait_out seconds, 0 when it is due
 * already; 0: nothing waits; -1.
 */
int state_next_work(struct state *s, int64_t now, int64_t *wait_out,
		    struct error *err);

/* Mail on disk: it stays where it is, or its old file was removed. */
int state_set_stays(struct state *s, int64_t message, struct error *err);

/*
 * The next message with an id above `after` that was filed elsewhere, and
 * whose old file must still be removed: 1, 0 none, -1. *forged_out: nobody has
 * sealed that this file was filed.
 */
int state_next_moved(struct state *s, int64_t after, int64_t *message_out,
		     char origin[ORIGIN_MAX], bool *forged_out,
		     struct error *err);

/*
 * Is a file of that name, or of that name with flags behind it, being sorted
 * already? 1, 0, -1.
 */
int state_has_origin(struct state *s, const char *origin, struct error *err);

#endif
