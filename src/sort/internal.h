/* SPDX-License-Identifier: ISC */
/* The sorter's data, for the files of this folder that work for it. */
#ifndef SORT_INTERNAL_H
#define SORT_INTERNAL_H

#include "sort/commands.h"
#include "sort/host.h"
#include "sort/news.h"
#include "sort/old_files.h"
#include "sort/sort.h"
#include "sort/time_left.h"
#include "sort/trouble.h"
#include "state/spool.h"

/* Drains come one after the other, each in batches. */
struct drain {
	int64_t run;   /* the number of this run in the state; 0: not yet */
	int64_t after; /* the last message that was taken */
	int64_t taken; /* when the batch was taken, of clock_ms() */
	bool retried;  /* unfinished plans of earlier sorters were tried once */
	/* Reused by every drain: too large to clear each time. */
	struct batch *batch;
	struct queued *queue;
};

struct sorter {
	struct sort_options options;
	struct state *state;
	struct spool spool;
	struct maildir *maildir;
	struct judge *judge;
	struct sort_result *result;
	unsigned char *timeouts; /* of each rule's filters, in a row */
	bool knows_maildir;	 /* this drain has recorded its path */
	int lock_fd; /* the lock that is held, or -1; see suspect.h */
	struct time_left time;
	struct drain drain;
	struct commands commands;
	struct news news;
	struct trouble trouble;
	struct old_files old_files;
	struct failures failures; /* of filters, in this run */
};

#endif
