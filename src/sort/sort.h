/* SPDX-License-Identifier: ISC */
/*
 * From the spool to where the rules say: verdict, frozen plan, effects, done.
 *
 *	struct sorter *sorter;
 *
 *	sorter_open(&sorter, &options, err);
 *	sorter_drain(sorter, &result, err);	// as often as there is mail
 *	sorter_finish(sorter, &result, err);
 *	sorter_close(sorter);
 *
 * One sorter works at a time, whoever it belongs to: a drain holds the lock
 * sorter.lock. Who cannot wait for it leaves the mail to its holder, who looks
 * once more after giving it back, so that no message is left without a sorter.
 * A drain first finishes the plans that a crash left, by the witness
 * test, then takes what is new. What fails stays planned in the spool, is
 * reported, and is tried again by a later drain; nothing else waits for it.
 * Where SIGTERM is blocked, a sorter looks for it between two messages, and
 * leaves the rest to the next one.
 */
#ifndef SORT_H
#define SORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sort/options.h"
#include "util/error.h"

struct sorter;
struct state;

struct sort_result {
	uint64_t done;	 /* messages that left the spool */
	uint64_t failed; /* steps that failed; reported already */
};

/*
 * The Maildir of the options, made when it is missing. One that has vanished,
 * though the state knows of mail filed there, is an error: who would make it
 * anew might do so below the place where its disk is to be mounted.
 */
int sorter_open_maildir(struct maildir **out,
			const struct sort_options *options, struct state *state,
			struct error *err);

int sorter_open(struct sorter **out, const struct sort_options *options,
		struct error *err);
void sorter_close(struct sorter *sorter);

/* -1: the drain itself broke off; what is in the spool stays there. */
int sorter_drain(struct sorter *sorter, struct sort_result *result,
		 struct error *err);

/*
 * Run the commands that are due, after the mail is filed: once at the end, for
 * they may take their time. What another process runs already is left to it.
 * Between two of them it looks whether options.wake_fd is readable, and then
 * leaves the rest: the new mail goes first, so drain it and call this again.
 */
int sorter_finish(struct sorter *sorter, struct sort_result *result,
		  struct error *err);

/*
 * Why the last drain left something in the spool, as it was said; "": it did
 * not. And does any mail wait because something has failed? 1, 0, -1.
 */
const char *sorter_trouble(const struct sorter *sorter);
int sorter_has_failing(struct sorter *sorter, struct error *err);

/*
 * The last sorter was killed because it was to end: it did not die of the
 * message that it was at, which is suspected otherwise.
 */
void sorter_forgive(const char *state_dir);

#endif
