/* SPDX-License-Identifier: ISC */
/*
 * A verdict: what is to be done with a message, as data. It is made by the
 * judge and crosses to the sorter as bytes.
 *
 *	struct verdict v;
 *
 *	verdict_init(&v);
 *	verdict_add(&v, ACTION_FOLDER, "Lists/x");
 *	verdict_encode(&v, &bytes);
 *	…
 *	verdict_decode(slice, n_rules, &v, err);
 *	verdict_release(&v);
 */
#ifndef VERDICT_H
#define VERDICT_H

#include <stdbool.h>
#include <stddef.h>

#include "action.h"
#include "util/buf.h"
#include "util/error.h"

/* Copies of one message; more is a mistake, or an attack on the disk. */
#define VERDICT_ACTIONS_MAX 256

/* A folder name: some levels of 100 bytes each. */
#define VERDICT_FOLDER_MAX 1024

struct verdict_action {
	enum action_kind kind;
	unsigned rule;	/* index in the set */
	unsigned flags; /* for FOLDER and COPY: Maildir flags */
	bool captured;	/* the folder's name holds text from the message */
	char *folder;	/* FOLDER and COPY: UTF-8, "/" separates; else NULL */
};

struct verdict {
	bool undecided; /* fallback folder, because of `reason` */
	bool decided;	/* FOLDER or DISCARD is among the actions */
	unsigned flags; /* what `mark` said, for the inbox when !decided */
	char reason[512];
	struct verdict_action *actions; /* FOLDER, COPY, DISCARD, in order */
	size_t n;
};

void verdict_init(struct verdict *v);
void verdict_release(struct verdict *v);

/*
 * Append an action; `folder` is copied when not NULL. NULL, and the verdict
 * undecided, when there are too many.
 */
struct verdict_action *verdict_add(struct verdict *v, enum action_kind kind,
				   const char *folder);

/* Mark as undecided; the actions so far are dropped. */
void verdict_set_undecided(struct verdict *v, const char *reason);

/* Append the flat form. */
void verdict_encode(const struct verdict *v, struct buf *out);

/*
 * Read it back. The bytes are hostile until checked: -1 when anything is out
 * of its range, a folder name among it. `out` must be initialised and empty.
 */
int verdict_decode(struct slice bytes, unsigned n_rules, struct verdict *out,
		   struct error *err);

#endif
