/* SPDX-License-Identifier: ISC */
/*
 * Messages that `undo` has moved back: their directories are synced, and they
 * are recorded, together. After a crash in between, a message that is not
 * recorded is found where it went.
 */
#ifndef SORT_RETURNS_H
#define SORT_RETURNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "state/state.h"

struct returned {
	int64_t message;
	int n;	      /* the step that was undone */
	char *folder; /* where the message is now; NULL: on its old path */
};

struct returns {
	struct returned *list;
	size_t n;
	char **directories; /* to be synced; NULL-terminated */
};

/* `folder` may be NULL. `from` and `to` are paths of the file. */
void returns_add(struct returns *r, int64_t message, int n, const char *folder,
		 const char *from, const char *to);

/* Are there so many that returns_record() is due? */
bool returns_are_many(const struct returns *r);

/* Sync and record all. Call it at the end, too. */
int returns_record(struct returns *r, struct state *state, struct error *err);
void returns_release(struct returns *r);

#endif
