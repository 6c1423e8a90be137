/* SPDX-License-Identifier: ISC */
/* What was done, for those who ask: `why` and `undo`. */
#ifndef STATE_HISTORY_H
#define STATE_HISTORY_H

#include "state/plan.h"

/* A message that was decided. Texts are allocated. */
struct past {
	int64_t id;
	int64_t first_seen; /* when it came; seconds since 1970 */
	char *account;	    /* "": none */
	char *summary;	    /* subject and sender, escaped */
	char *message_id;   /* without brackets, escaped */
	char *origin;	    /* where it lay on disk before, or "" */
	bool waiting;	    /* something of it is still to be done */
	bool decided;
	int64_t held_until; /* it is decided then, again; 0: not held */
};

void past_release(struct past *p);

/* What its server calls a message: 1, appended; 0: it has no UIDL; -1. */
int state_get_uidl(struct state *s, int64_t message, struct buf *out,
		   struct error *err);

/* Has any mail been filed into a folder, as far as it is remembered? */
int state_has_filed(struct state *s, bool *filed_out, struct error *err);

/* The next one before `before`, newest first: 1, 0 none, -1. */
int state_past(struct state *s, int64_t before, struct past *out,
	       struct error *err);

/* The same, of one run; and the last run that can be undone, or 0. */
int state_past_of_run(struct state *s, int64_t run, int64_t before,
		      struct past *out, struct error *err);
int state_last_run(struct state *s, int64_t *run_out, struct error *err);

/* It was undone as far as that was possible: the run before is the last. */
int state_forget_run(struct state *s, int64_t run, struct error *err);

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

/* It was put back: where its filing lies now (NULL: on its old path). */
int state_set_undone(struct state *s, int64_t message, int n,
		     const char *folder, struct error *err);

/* A number that no run had before. */
int state_new_run(struct state *s, int64_t now, int64_t *run_out,
		  struct error *err);

/* Records of what was done, and keys, older than they are of use. */
int state_forget_history(struct state *s, int64_t now, struct error *err);

#endif
