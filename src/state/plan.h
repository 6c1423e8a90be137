/* SPDX-License-Identifier: ISC */
/*
 * The part of the state that the spool and the sorter work with: messages that
 * wait, what is planned and done, what was done before.
 */
#ifndef STATE_PLAN_H
#define STATE_PLAN_H

#include "state/state.h"

/* A message that was received and is durable in the spool. */
struct received {
	int64_t account; /* 0: not from a server */
	int64_t session;
	struct slice uidl;    /* empty: has none; p NULL: not from a server */
	uint64_t listed_size; /* as the server said */
	uint64_t size;	      /* of the spool file */
	unsigned char sha256[HASH_SIZE];
	unsigned char identity[HASH_SIZE];
	const char *spool;  /* file name */
	const char *origin; /* the file it is a copy of, to be moved; or NULL */
	int64_t now;
};

/* A longer path of a message on disk is not sorted again. */
#define ORIGIN_MAX 1024

/*
 * Record it. Returns 1 when it is new; 0 when the same content is known under
 * the same UIDL, or was found in a folder (state_found.h), or when one of the
 * two has no UIDL: the file is not needed. -1 on error.
 */
int state_add_received(struct state *s, const struct received *r,
		       struct error *err);

/* Is the spool file needed by anybody? 1, 0, -1. */
int state_needs_spool(struct state *s, const char *name, struct error *err);

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

/* A sorter was ended while it waited in this step: it is due at `next`. */
int state_rest(struct state *s, int64_t message, int n, int64_t next,
	       struct error *err);

/* Number of messages in the spool that are not done. */
int state_queue_length(struct state *s, int64_t *n_out, struct error *err);

/*
 * Kinds of steps. Those that run something, after all mail is filed, have the
 * numbers from 4 on; the sorter says what they are (sort/step.h).
 */
enum delivery_kind {
	DELIVERY_STAY = 0, /* mail on disk stays where it is */
	DELIVERY_FOLDER = 1,
	DELIVERY_COPY = 2,
	DELIVERY_DISCARD = 3,
	DELIVERY_FIRST_COMMAND = 4,
};

#define DELIVERY_IS_COMMAND(kind) ((kind) >= DELIVERY_FIRST_COMMAND)

/* One step of a frozen plan. */
struct delivery {
	int64_t message;
	int n; /* 0, 1, … in the order of the rules */
	enum delivery_kind kind;
	unsigned flags;
	char *folder;	    /* UTF-8; of SAVE a directory; or NULL */
	char *base;	    /* file name of a filing, else NULL */
	char *keywords;	    /* letters of Dovecot for its name, or NULL */
	char *spool;	    /* its own file in the spool; or NULL */
	char *rule;	    /* which rule, for people; or why there is none */
	char *why;	    /* what matched */
	char *tags;	    /* blank-separated, or NULL */
	char **argv;	    /* PIPE: the command; FORWARD: the addresses */
	char **environment; /* PIPE */
	int tries;	    /* of a command, so far */
	int crashes;	    /* a sorter died so often while it ran */
	bool quarantined;   /* into the fallback folder; not read back */
	/* Not stored with the step: */
	char *source;	  /* the message's own spool file */
	unsigned content; /* index in the verdict */
	bool new_folder;  /* a name from the message, not seen before */
	bool done;
	bool last; /* no other step of its message is left */
};

void delivery_release(struct delivery *d);

/* What is kept of a message for those who ask later. */
struct history {
	const char *summary; /* subject and sender, escaped */
	const char *id;	     /* Message-ID, escaped */
	int64_t run;	     /* which run decided; see state_new_run() */
};

/* Before its plan: steps that another message with this number left. */
int state_clear_plan(struct state *s, int64_t message, struct error *err);

/* Freeze a step of the plan; state_set_planned() ends it. */
int state_add_delivery(struct state *s, const struct delivery *d,
		       struct error *err);
int state_set_planned(struct state *s, int64_t message,
		      const struct history *history, struct error *err);

/* In place of a plan: do not decide it before then; so many tries were made. */
int state_set_hold(struct state *s, int64_t message, int64_t until, int tries,
		   const struct history *history, struct error *err);

/* Up to `max` filings that are planned and not done, after (message, n). */
int state_unfinished(struct state *s, const struct delivery *after,
		     struct delivery *out, size_t max, size_t *n_out,
		     struct error *err);

/* A step is done; when all of its message are, the message is: *done_out. */
int state_set_delivered(struct state *s, int64_t message, int n, int64_t now,
			bool *done_out, struct error *err);

/*
 * The spool file of a message is gone. 1: it is forgotten, and comes again
 * from its server or from the disk; 0: it cannot, and is not forgotten; -1.
 * state_drop_message() forgets it in any case.
 */
int state_forget_message(struct state *s, int64_t message, struct error *err);
int state_drop_message(struct state *s, int64_t message, struct error *err);

/* Folders made for names from messages in the last 24 hours; and one more. */
int state_count_folders(struct state *s, int64_t now, int64_t *n_out,
			struct error *err);
int state_add_folder(struct state *s, const char *folder, int64_t now,
		     struct error *err);

/* --- commands, duplicates, history (state_command.c) ------------------- */

/* As state_unfinished(), for commands whose time has come. */
int state_due(struct state *s, int64_t now, const struct delivery *after,
	      struct delivery *out, size_t max, size_t *n_out,
	      struct error *err);

/* A command failed: so many tries, the next one not before `next`. */
int state_set_retry(struct state *s, const struct delivery *d, int64_t next,
		    const char *trouble, struct error *err);

/* It will not be tried again; recorded with state_set_delivered(), too. */
int state_set_trouble(struct state *s, const struct delivery *d,
		      const char *trouble, struct error *err);

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

/* Does a step of the message file it for its owner? And a free number n. */
int state_is_filed(struct state *s, int64_t message, bool *filed_out,
		   int *next_n_out, struct error *err);

/* Was the key seen since then with another message? 1, 0, -1. */
int state_has_duplicate(struct state *s, const unsigned char key[HASH_SIZE],
			int64_t since, int64_t message, struct error *err);
int state_add_duplicate(struct state *s, const unsigned char key[HASH_SIZE],
			int64_t message, int64_t now, struct error *err);

/* A number that no run had before. */
int state_new_run(struct state *s, int64_t now, int64_t *run_out,
		  struct error *err);

/* Records of what was done, and keys, older than they are of use. */
int state_forget_history(struct state *s, int64_t now, struct error *err);

#endif
