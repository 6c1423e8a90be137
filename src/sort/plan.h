/* SPDX-License-Identifier: ISC */
/*
 * From a verdict to the frozen plan: which folders, under which file names. A
 * plan is never decided again.
 */
#ifndef SORT_PLAN_H
#define SORT_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include "maildir/maildir.h"
#include "rules/verdict.h"
#include "sort/options.h"
#include "state/plan.h"

struct step_kind;

struct plan {
	struct delivery *steps;
	size_t n;
	int64_t hold_until; /* without steps: decide again at that time */
	int tries;	    /* with hold_until: how often it was put off */
	char trouble[600];  /* why it went to the fallback folder, or "" */
};

/* Folders that names found in messages may create in a day. */
#define NEW_FOLDERS_A_DAY 200

struct plan_context {
	const struct sort_options *options;
	struct maildir *maildir; /* NULL: not looked at (dry run) */
	int64_t now;
	int64_t folders_left; /* folders that names from messages may still
				 create */
};

/* Fill in `plan`; the steps have no spool file yet. No steps: hold. */
void plan_make(struct plan *plan, const struct plan_context *context,
	       const struct queued *message, const struct verdict *verdict);
void plan_release(struct plan *plan);

/*
 * A step that fails is tried again after 1, 2, 4 … and then every 60 minutes,
 * for three days. A step that crashes or never ends gets three tries.
 */
#define PLAN_TRIES_MAX	 77
#define PLAN_CRASHES_MAX 3

/* Seconds until the next try, after so many tries. */
int64_t plan_pause(int tries);

/* Add a step, without a rule. And the file name of a filing in the Maildir. */
struct delivery *plan_add_step(struct plan *plan, const struct step_kind *kind);
char *plan_base(const struct queued *message, int n, uint64_t size);

/* The inbox of the account called `name`, or "Inbox". */
const char *plan_inbox(const struct sort_options *options, const char *name);

/*
 * Why there is this step, for people: rule "Lists", FILE:LINE; or, without a
 * rule, the reason, which may be "". Allocated. Name and path are cut at 200
 * bytes.
 */
char *plan_reason(const struct delivery *step);

/* Is it mail on disk that is not moved? */
bool plan_stays(const struct plan *plan);

/* The name of a step's action in the configuration; and what it does. */
const char *plan_action(enum delivery_kind kind);
void plan_describe_step(const struct delivery *step, struct buf *out);

/* One line for people: → Lists/x (rule "Lists", postroom.conf:4) */
void plan_describe(const struct plan *plan, struct buf *out);

#endif
