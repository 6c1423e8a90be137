/* SPDX-License-Identifier: ISC */
/*
 * From a verdict to the frozen plan: which folders, under which file names.
 * What is in a plan is never decided again.
 */
#ifndef PLAN_H
#define PLAN_H

#include <stddef.h>

#include "maildir.h"
#include "sort_options.h"
#include "state.h"
#include "verdict.h"

/* A verdict has at most so many actions; see verdict.h. */
struct plan {
	struct delivery *steps;
	size_t n;
	char trouble[600]; /* why it went to the fallback folder, or "" */
};

struct plan_context {
	const struct sort_options *options;
	struct maildir *maildir; /* NULL: not looked at (dry run) */
	int64_t now;
	int64_t folders_left; /* names from messages that may still be made */
};

/* Fill in `plan`; the steps have no spool file yet. */
void plan_make(struct plan *plan, const struct plan_context *context,
	       const struct queued *message, const struct verdict *verdict);
void plan_release(struct plan *plan);

/* The inbox of the account called `name`, or "Inbox". */
const char *plan_inbox(const struct sort_options *options, const char *name);

/* One line for people: "→ Lists/x (rule "Lists", postroom.conf:4)". */
void plan_describe(const struct plan *plan, struct buf *out);

#endif
