/* SPDX-License-Identifier: ISC */
/* What a sorter knows; for the files of this folder that work for it. */
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

/* One drain after the other, each in batches. */
struct drain {
	int64_t run;   /* its number in the state; 0: not yet */
	int64_t after; /* the last message that was taken */
	int64_t taken; /* when, of clock_ms(): the batch */
	bool retried;  /* what a crash or a full disk left */
	/* So large that clearing them each time is felt. */
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

#endif
