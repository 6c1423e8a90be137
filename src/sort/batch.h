/* SPDX-License-Identifier: ISC */
/*
 * Messages that go through the sorter together: decide each, freeze the plans,
 * perform them, record what is done.
 */
#ifndef SORT_BATCH_H
#define SORT_BATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "sort/host.h"
#include "sort/plan.h"

struct sorter;

/* Messages planned, linked and recorded together: two commits and one sync. */
#define BATCH_MAX 1024

/* The subject and sender of a message, for events. */
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
	struct about *about; /* NULL: no events are wanted */
	bool has_key;
	unsigned char key[HASH_SIZE];
};

struct batch {
	struct decision decisions[BATCH_MAX];
	size_t n;
	size_t n_foreseen; /* the next one to foresee */
	/*
	 * Files that were opened before their turn; else -1. They are not in
	 * the decisions, which are large, while most batches are small.
	 */
	int fds[BATCH_MAX];
	struct sort_keys known; /* of those decided so far */
	size_t n_files;		/* made in the spool for their steps */
};

/*
 * Sort the messages of b->decisions. When the time is over, the rest stays in
 * the spool and b->n becomes less. -1: it broke off; sorter_resume() finishes
 * what is planned and not recorded as done.
 */
int sorter_sort_batch(struct sorter *s, struct batch *b, struct error *err);

#endif
