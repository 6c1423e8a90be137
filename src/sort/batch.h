/* SPDX-License-Identifier: ISC */
/*
 * Messages that go through the sorter together: decided one by one, then their
 * plans frozen, then performed, then recorded.
 */
#ifndef SORT_BATCH_H
#define SORT_BATCH_H

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
 * Sort the messages of b->decisions; those that there is no time for stay in
 * the spool, and b->n becomes less. -1: it broke off; what is planned and not
 * recorded as done is for sorter_resume().
 */
int sorter_sort_batch(struct sorter *s, struct batch *b, struct error *err);

#endif
