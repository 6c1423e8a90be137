/* SPDX-License-Identifier: ISC */
/* The record of what was done with messages, for `why`, `log` and `undo`. */
#ifndef STATE_HISTORY_H
#define STATE_HISTORY_H

#include "state/plan.h"

/* A message that was decided. Texts are allocated. */
struct past {
	int64_t id;
	int64_t first_seen; /* when it came; seconds since 1970 */
	char *account;	    /* "": none */
	char *folder;	    /* on its server; "": unknown */
	char *summary;	    /* subject and sender, escaped */
	char *message_id;   /* without brackets, escaped */
	char *origin;	    /* where it lay on disk before, or "" */
	bool forged;	    /* the origin has no seal; see key.h */
	bool waiting;	    /* something of it is still to be done */
	bool decided;
	int64_t held_until; /* it is decided again then; 0: not held */
};

void past_release(struct past *p);

/* Append the UIDL of a message: 1; 0 when it has none; -1. */
int state_get_uidl(struct state *s, int64_t message, struct buf *out,
		   struct error *err);

/*
 * Is any mail on record that was filed below this Maildir? Databases before
 * version 9 do not know where: then all count until state_add_maildir() was
 * called once.
 */
int state_has_filed(struct state *s, const char *maildir, bool *filed_out,
		    struct error *err);

/* Mail was filed below this Maildir. */
int state_add_maildir(struct state *s, const char *maildir, struct error *err);

/* The newest message with an id below `before`: 1, 0 none, -1. */
int state_past(struct state *s, int64_t before, struct past *out,
	       struct error *err);

/* The same, of one run. And the last run that can be undone, 0: none. */
int state_past_of_run(struct state *s, int64_t run, int64_t before,
		      struct past *out, struct error *err);
int state_last_run(struct state *s, int64_t *run_out, struct error *err);

/* A run was undone as far as possible: `undo` takes the one before it next. */
int state_forget_run(struct state *s, int64_t run, struct error *err);

/*
 * The message that was filed under this base, and where it lay on disk before,
 * or "". 1, 0 none, -1.
 */
int state_find_base(struct state *s, const char *base, int64_t *message_out,
		    char origin[ORIGIN_MAX], struct error *err);

struct past_step {
	struct delivery step;
	int64_t done;  /* when; 0: not yet */
	int64_t next;  /* the next try of a command */
	char *trouble; /* of the last try, or NULL */
};

void past_step_release(struct past_step *p);

/* Step n of a message, or the next higher one: 1, 0 none, -1. */
int state_past_step(struct state *s, int64_t message, int n,
		    struct past_step *out, struct error *err);

/* A step was undone: its file is in `folder` now (NULL: on its old path). */
int state_set_undone(struct state *s, int64_t message, int n,
		     const char *folder, struct error *err);

/* Begin a run, with an id that no run had before. */
int state_new_run(struct state *s, int64_t now, int64_t *run_out,
		  struct error *err);

/* Delete records and duplicate keys that are too old to be of use. */
int state_forget_history(struct state *s, int64_t now, struct error *err);

#endif
