/* SPDX-License-Identifier: ISC */
/* What the files of the sorter share; seen by nobody else. */
#ifndef SORT_INTERNAL_H
#define SORT_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "sort/host.h"
#include "sort/old_files.h"
#include "sort/plan.h"
#include "sort/sort.h"
#include "sort/time_left.h"
#include "state/plan.h"
#include "state/spool.h"

/* Planned, linked and recorded together: two commits and a sync a batch. */
#define BATCH_MAX 1024

/* trouble.c: what was said of it. */
struct trouble {
	struct error said;    /* last, to say it once */
	struct error drained; /* why the last drain left something */
};

/* sort.c: one drain after the other, each in batches. */
struct drain {
	int64_t run;   /* its number in the state; 0: not yet */
	int64_t after; /* the last message that was taken */
	int64_t taken; /* when, of clock_ms(): the batch */
	bool retried;  /* what a crash or a full disk left */
	/* So large that clearing them each time is felt. */
	struct batch *batch;
	struct queued *queue;
};

/* A rule by its name, and how often in a row it ran out of time. */
struct stuck {
	char *rule;
	unsigned timeouts;
};

/* commands.c: in this run. */
struct commands {
	struct stuck *stuck; /* rules whose pipes did not end in time */
	size_t n_stuck;
	bool has_run;	/* one of them, since the last drain */
	bool gives_way; /* to new mail */
};

/* news.c: the list for on-new. */
struct news {
	int fd;		    /* -1: none yet */
	uint64_t n;	    /* paths in it */
	off_t bytes;	    /* what they take */
	int64_t rest_until; /* of clock_ms(): then on-new is asked again */
};

struct sorter {
	struct sort_options options;
	struct state *state;
	struct spool spool;
	struct maildir *maildir;
	struct judge *judge;
	struct sort_result *result;
	struct sort_keys on_disk; /* of mail on disk, in this run */
	unsigned char *timeouts;  /* of each rule's filters and tests */
	int lock_fd;		  /* that is held; see suspect_set() */
	struct time_left time;
	struct drain drain;
	struct commands commands;
	struct news news;
	struct trouble trouble;
	struct old_files old_files;
};

/* Of a message, for events. */
struct about {
	char subject[JUDGE_SUBJECT_MAX], from[JUDGE_FROM_MAX];
};

/* A message, and what was decided about it. */
struct decision {
	struct queued message;
	struct plan plan;
	unsigned *matched; /* which rules applied */
	size_t n_matched;
	char summary[256], id[256];
	struct about *about; /* NULL: nobody wants to know */
	bool has_key;
	unsigned char key[HASH_SIZE];
};

struct batch {
	struct decision decisions[BATCH_MAX];
	size_t n;
	size_t n_foreseen; /* where foreseeing goes on */
	/*
	 * Of files that were opened before their turn; else -1. Not in the
	 * decisions: those are large, and most batches small.
	 */
	int fds[BATCH_MAX];
	unsigned char keys[BATCH_MAX][HASH_SIZE];
	struct sort_keys known; /* of those decided so far */
	size_t n_files;		/* made in the spool for their steps */
};

/*
 * suspect.c: what its holder is at stands in the file of the lock, so that the
 * next holder knows when the last one died of it.
 */
enum suspect_state {
	SUSPECT_NOTHING = 0,
	SUSPECT_DECIDING = 1,
	SUSPECT_RUNNING = 2, /* a step that runs something of the user's */
	/*
	 * In a step that does not: one that waits for a server may well be
	 * ended for that, and only has to wait for its next turn.
	 */
	SUSPECT_WAITING = 3,
};

void suspect_set(int lock_fd, enum suspect_state state, int64_t message, int n);
void suspect_clear(int lock_fd);

/* For command.h: we are ended from outside, and nothing is to blame for it. */
void sorter_interrupted(void *sorter);

/* The one that the last holder died of gets a bad mark, or rests. */
int suspect_take(struct sorter *s, int lock_fd, struct error *err);

/*
 * The lock of the sorters: 1, or 0 when another one has it and will look
 * whether there is new mail once more, after it has given the lock back.
 */
int sorter_lock(const struct sorter *s, int *lock, struct error *err);

/*
 * decide.c: the plan of a message, with files for its steps. A message
 * that cannot be decided now gets an empty one, and waits. -1 only when the
 * drain cannot go on.
 */
int sorter_decide(struct sorter *s, const struct plan_context *context,
		  struct batch *b, struct decision *d, struct error *err);

/*
 * Before sorter_decide() of message i: the judge gets those that come next.
 * Afterwards: nobody will ask for those that it still has.
 */
void sorter_foresee(struct sorter *s, const struct plan_context *context,
		    struct batch *b, size_t i);
void sorter_forget_foreseen(struct sorter *s, struct batch *b);

/* The file of a message is not in the spool: say so, and see what can be done.
 */
int sorter_lost(struct sorter *s, const char *who, int64_t message,
		const char *why, struct error *err);

/*
 * files.c: each step that needs bytes of its own gets a file in the
 * spool. Those are made durable together.
 */
int sorter_assign_files(struct sorter *s, const struct sort_host *host,
			struct decision *d, const struct verdict *verdict,
			size_t *n_files, struct error *err);
int sorter_sync_files(struct sorter *s, const struct batch *b,
		      struct error *err);

/* The step as maildir.h wants it. */
struct maildir_item sorter_item(const struct sorter *s,
				const struct delivery *step);

/* A step failed: count it, say so once per reason, leave it for later. */
void sorter_step_failed(struct sorter *s, const struct error *err);

/*
 * Within a transaction, once the folders are synced: the steps marked as done
 * are recorded (T2).
 */
int sorter_record(struct sorter *s, struct delivery *steps, size_t n,
		  struct error *err);

/* After its commit: the files that are not needed any more. */
void sorter_remove_files(struct sorter *s, const struct delivery *steps,
			 size_t n);

/*
 * resume.c: finish what an earlier sorter planned and did not record as
 * done, by the witness test. -1 only when the state cannot be read or written.
 */
int sorter_resume(struct sorter *s, struct error *err);

/*
 * counts.c, within the transaction that freezes the plans: which rules
 * there are, once a run, and how often they applied.
 */
int sorter_know_rules(struct sorter *s, int64_t now, struct error *err);
int sorter_count_rules(struct sorter *s, const struct batch *b, int64_t now,
		       struct error *err);

/*
 * events.c, news.c: steps that were recorded as done, of one message that was
 * just decided, or (d NULL) single ones of before. There is an event for them,
 * and their files are on the list of which on-new is told: when the mail is
 * filed, and again after the commands.
 */
void sorter_tell(struct sorter *s, const struct delivery *steps, size_t n,
		 const struct decision *d);
void sorter_note_news(struct sorter *s, const struct delivery *steps, size_t n);
void sorter_announce(struct sorter *s);

/* The event that there is when the step is done; NULL: none. */
const char *sorter_event_of(const struct delivery *step);

/* The sorter ends: what on-new was not told of is said. */
void sorter_end_news(struct sorter *s);

/*
 * commands.c, without the sorter's lock but with that of the commands:
 * run those that are due, one after the other, each recorded when it ended;
 * after (message, n) in *after, which becomes the last one. -1 as above. Are
 * there further ones now? 1, 0, -1.
 */
int sorter_run_commands(struct sorter *s, struct delivery *after,
			struct error *err);
int sorter_has_commands(struct sorter *s, const struct delivery *after,
			struct error *err);
void sorter_end_commands(struct sorter *s);

/*
 * fallback.c: when no step of the message files it, plan one into the
 * fallback folder: *filed_out. It is performed before this returns. 1; 0 when
 * another sorter is at work and there is no time to wait for it; -1.
 */
int sorter_file_failed(struct sorter *s, const struct delivery *step,
		       const char *why, bool *filed_out, struct error *err);

#endif
