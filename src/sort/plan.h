/* SPDX-License-Identifier: ISC */
/*
 * From a verdict to the frozen plan: which folders, under which file names.
 * What is in a plan is never decided again.
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
	int64_t hold_until; /* no steps: to be decided again, then */
	int tries;	    /* with it: how often that was put off */
	char trouble[600];  /* why it went to the fallback folder, or "" */
};

/* Folders a day that names found in messages may create. */
#define NEW_FOLDERS_A_DAY 200

struct plan_context {
	const struct sort_options *options;
	struct maildir *maildir; /* NULL: not looked at (dry run) */
	int64_t now;
	int64_t folders_left; /* names from messages that may still be made */
};

/* Fill in `plan`; the steps have no spool file yet. No steps: hold. */
void plan_make(struct plan *plan, const struct plan_context *context,
	       const struct queued *message, const struct verdict *verdict);
void plan_release(struct plan *plan);

/*
 * What fails is tried again after 1, 2, 4 … and then every 60 minutes, for
 * three days. What crashes or never ends is poison: three tries are enough.
 */
#define PLAN_TRIES_MAX	 77
#define PLAN_CRASHES_MAX 3

/* Seconds until the next try, after so many. */
int64_t plan_pause(int tries);

/* A further step, of no rule; and the name of a filing in the Maildir. */
struct delivery *plan_add_step(struct plan *plan, const struct step_kind *kind);
char *plan_base(const struct queued *message, int n, uint64_t size);

/* The inbox of the account called `name`, or "Inbox". */
const char *plan_inbox(const struct sort_options *options, const char *name);

/*
 * Why a step is there, for people: rule "Lists", FILE:LINE; or the reason of
 * one that no rule made, which may be "". Allocated. A name and a path are cut
 * at 200 bytes.
 */
char *plan_reason(const struct delivery *step);

/* Mail on disk that is not moved. */
bool plan_stays(const struct plan *plan);

/* The action of a step as the configuration calls it; and what it does. */
const char *plan_action(enum delivery_kind kind);
void plan_describe_step(const struct delivery *step, struct buf *out);

/* One line for people: "→ Lists/x (rule "Lists", postroom.conf:4)". */
void plan_describe(const struct plan *plan, struct buf *out);

#endif
