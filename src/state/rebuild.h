/* SPDX-License-Identifier: ISC */
/*
 * Make a new database in place of a lost or damaged one: from what can be read
 * of the old one, from the file names in the Maildirs, and from the spool.
 * Nothing is fetched twice, and nothing that waited is lost.
 */
#ifndef STATE_REBUILD_H
#define STATE_REBUILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "state/state.h"
#include "util/error.h"

/* All borrowed. */
struct rebuild_job {
	const char *state_dir;
	const char *spool_dir;
	const char *maildir;
	bool force; /* also when the old one is sound */
};

struct rebuild_result {
	size_t salvaged;	     /* messages read from the old database */
	size_t found;		     /* files of ours in the Maildirs */
	size_t adopted;		     /* files in the spool without a row */
	int64_t waiting;	     /* messages to be sorted by the next run */
	char aside[STATE_ASIDE_MAX]; /* the name of the old one, or "" */
};

int rebuild_run(const struct rebuild_job *job, struct rebuild_result *result,
		struct error *err);

/*
 * Was the database not used before, although the Maildirs hold mail that was
 * fetched from a server? 1, 0, -1. It looks at the folders only when the
 * database is new.
 */
int rebuild_is_missing(struct state *s, const char *maildir, struct error *err);

#endif
