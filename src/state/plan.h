/* SPDX-License-Identifier: ISC */
/* The frozen plan of a message: the steps to be done. */
#ifndef STATE_PLAN_H
#define STATE_PLAN_H

#include "state/queue.h"

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
	char *folder;	/* UTF-8; a directory for attachments; or NULL */
	char *base;	/* file name of a filing, else NULL */
	char *keywords; /* letters of Dovecot for its name, or NULL */
	char *spool;	/* its own file in the spool; or NULL */
	char *rule;	/* the name of its rule; NULL: no rule made it */
	char *file;	/* where that rule stood, and its line */
	int line;
	char *reason;	    /* without a rule: why it was made; or NULL */
	char *why;	    /* what matched */
	char *tags;	    /* blank-separated, or NULL */
	char **argv;	    /* a command, or addresses to forward to */
	char **environment; /* of a command */
	int tries;	    /* of a command, until now */
	int crashes;	    /* how many sorters died while it ran */
	bool quarantined;   /* into the fallback folder; not read back */
	bool undone;	    /* by state_set_undone() */
	bool forged;	    /* read back without its seal; see key.h */
	/* Not stored with the step: */
	char *source;	  /* the message's own spool file */
	unsigned content; /* index in the verdict */
	bool new_folder;  /* a name from the message, not seen before */
	bool copied;	  /* a filing that an action `copy` asked for, too */
	bool done;
	bool last; /* no other step of its message is left */
};

void delivery_release(struct delivery *d);

/*
 * Before its plan is added: remove steps of an older message that had the same
 * id.
 */
int state_clear_plan(struct state *s, int64_t message, struct error *err);

/* Add a step to the plan; state_set_planned() completes it. */
int state_add_delivery(struct state *s, const struct delivery *d,
		       struct error *err);
int state_set_planned(struct state *s, int64_t message,
		      const struct history *history, struct error *err);

/* Up to `max` filings that are planned and not done, after (message, n). */
int state_unfinished(struct state *s, const struct delivery *after,
		     struct delivery *out, size_t max, size_t *n_out,
		     struct error *err);

/* A step is done. *done_out: it was the last one, and the message is done. */
int state_set_delivered(struct state *s, const struct delivery *d, int64_t now,
			bool *done_out, struct error *err);

/*
 * A step that is forged: delete it. When no sealed step files the message,
 * plan `filing` in its place; NULL: one does. *done_out: as above.
 */
int state_replace_delivery(struct state *s, const struct delivery *d,
			   const struct delivery *filing, bool *done_out,
			   struct error *err);

/*
 * Rows that no step can be made of are deleted, and messages without a step
 * that is left are decided again: only damage, or a forger, makes such.
 */
int state_mend_plans(struct state *s, struct error *err);

/*
 * Does a sealed step of the message file it into a folder? *next_n_out is a
 * free number for another step.
 */
int state_is_filed(struct state *s, int64_t message, bool *filed_out,
		   int *next_n_out, struct error *err);

/*
 * How many folders were created for names from messages in the last 24 hours?
 * The second records one more.
 */
int state_count_folders(struct state *s, int64_t now, int64_t *n_out,
			struct error *err);
int state_add_folder(struct state *s, const char *folder, int64_t now,
		     struct error *err);

#endif
