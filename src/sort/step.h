/* SPDX-License-Identifier: ISC */
/*
 * The kinds of steps that a plan is made of. Each is a row beside the code that
 * runs it, in step_NAME.c; those that run nothing are in step.c. To add one:
 * its name in STEP_KINDS, its row and run() in step_NAME.c, its action in
 * ACTION_TYPES (rules/action_type.h).
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
	struct state *state;
	void (*interrupted)(void *context); /* see command.h */
	void *context;
};

/*
 * In the environment of a pipe that must not run, with the number of the
 * argument that its program would take for an option.
 */
#define STEP_REFUSED "POSTROOM_REFUSED="

/* Parts of the verdict's action that a step copies. */
enum step_part {
	STEP_TAKES_NOTHING = 0,
	STEP_TAKES_ARGV = 1,
	STEP_TAKES_ENVIRONMENT = 2, /* for a command, with the argv */
	STEP_TAKES_DIRECTORY = 4,
	STEP_KEEPS_ARGV = 8, /* it is not shown to people */
};

/* The step is not planned for an action. */
#define STEP_WITHOUT_ACTION (-1)

struct step_kind {
	/*
	 * Stored in the database: never change or reuse it. Kinds that run
	 * something begin at DELIVERY_FIRST_COMMAND; the next free number is 9.
	 */
	int number;
	int action;	  /* the enum action_kind it is planned for */
	const char *name; /* of that action in the configuration */
	const char *text; /* "pipe to": what it does, for people */
	unsigned takes;	  /* enum step_part */
	bool is_filing;	  /* makes a file in the Maildir */
	bool needs_bytes; /* reads or files the bytes of the message */
	bool repeats; /* also for mail on disk; other steps ran when it came */
	bool is_batched;   /* run together with others, by step_notmuch.c */
	const char *event; /* emitted when it is done; NULL: none */
	/*
	 * Run the step, with the message in `fd`. *ending is all zero before,
	 * which says that it went well. NULL: it runs nothing, or is batched.
	 */
	void (*run)(const struct step_tools *tools, const struct delivery *step,
		    int fd, struct ending *ending);
	/* Does it run a program of the user, which may end us? NULL: never. */
	bool (*runs_program)(const struct sort_options *options);
};

/* All kinds; step_NAME is the row. */
#define STEP_KINDS(X)                                                          \
	X(stay)                                                                \
	X(folder)                                                              \
	X(copy) X(discard) X(pipe) X(forward) X(save) X(notmuch) X(vacation)

#define STEP_DECLARE(name) extern const struct step_kind step_##name;
STEP_KINDS(STEP_DECLARE)
#undef STEP_DECLARE

/* The row of a number. An unknown number has a row that fails. */
const struct step_kind *step_kind_of(enum delivery_kind number);

/* The kind that is planned for an action; NULL: none is. */
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
