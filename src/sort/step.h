/* SPDX-License-Identifier: ISC */
/*
 * The kinds of steps that a plan is made of. Each is a row, which stands
 * beside the code that runs it: step_NAME.c. What is only filed, discarded or
 * left alone is in step.c.
 */
#ifndef SORT_STEP_H
#define SORT_STEP_H

#include <stdbool.h>

#include "rules/action_type.h"
#include "sort/ending.h"
#include "sort/options.h"
#include "state/plan.h"
#include "state/spool.h"

/* All borrowed. */
struct step_tools {
	const struct sort_options *options;
	struct spool *spool;
	void (*interrupted)(void *context); /* see command.h */
	void *context;
};

/* What a step takes from the verdict's action. */
enum step_part {
	STEP_TAKES_NOTHING = 0,
	STEP_TAKES_ARGV = 1,
	STEP_TAKES_ENVIRONMENT = 2, /* for a command, with the argv */
	STEP_TAKES_DIRECTORY = 4,
};

/* Not planned for an action. */
#define STEP_WITHOUT_ACTION (-1)

struct step_kind {
	/*
	 * In the database: never changed, never reused. Commands, which run
	 * something, begin at DELIVERY_FIRST_COMMAND; 8 is free.
	 */
	int number;
	int action;	  /* the enum action_kind it is planned for */
	const char *name; /* of that action in the configuration */
	const char *text; /* "pipe to": what it does, for people */
	unsigned takes;	  /* enum step_part */
	bool is_filing;	  /* makes a file in the Maildir */
	bool needs_bytes; /* of the message; others have no file in the spool */
	bool repeats;	  /* for mail on disk, too: others were run before */
	bool is_batched;  /* run with all others of its kind, by notmuch.c */
	const char *event; /* emitted when it is done; NULL: none */
	/*
	 * Of commands, unless batched: run the step with the message in
	 * `fd`. *ending is all zero before, and that is: it went well.
	 */
	void (*run)(const struct step_tools *tools, const struct delivery *step,
		    int fd, struct ending *ending);
	/* May the user's own program end us? NULL: it runs none. */
	bool (*runs_program)(const struct sort_options *options);
};

/* All kinds: step_NAME is the row. */
#define STEP_KINDS(X)                                                          \
	X(stay)                                                                \
	X(folder) X(copy) X(discard) X(pipe) X(forward) X(save) X(notmuch)

#define STEP_DECLARE(name) extern const struct step_kind step_##name;
STEP_KINDS(STEP_DECLARE)
#undef STEP_DECLARE

/* The row of a number; one that says so when the number is unknown. */
const struct step_kind *step_kind_of(enum delivery_kind number);

/* The kind that an action is planned as; NULL: the action is no step. */
const struct step_kind *step_kind_for(enum action_kind action);

/* Steps for notmuch, run as one batch. */
struct notmuch {
	struct delivery *steps;
	size_t n;
};

/* step_notmuch.c; adding takes the step over. */
void notmuch_add(struct notmuch *notmuch, struct delivery *step);
void notmuch_run(const struct notmuch *notmuch, struct ending *ending);
void notmuch_release(struct notmuch *notmuch);

#endif
