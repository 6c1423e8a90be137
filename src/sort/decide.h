/* SPDX-License-Identifier: ISC */
/* From messages in the spool to their plans, a batch at a time. */
#ifndef SORT_DECIDE_H
#define SORT_DECIDE_H

#include <stdbool.h>
#include <stddef.h>

#include "sort/host.h"
#include "sort/plan.h"

struct sorter;

/* Planned, linked and recorded together: two commits and a sync a batch. */
#define BATCH_MAX 1024

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
 * The plan of a message, with files for its steps. A message that cannot be
 * decided now gets an empty one, and waits. -1 only when the drain cannot go
 * on.
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

#endif
