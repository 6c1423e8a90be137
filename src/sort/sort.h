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
 * One sorter works at a time, in whatever process: a drain holds the lock
 * sorter.lock. A process that cannot wait for the lock leaves its mail to the
 * holder, which looks once more after giving the lock back, so that no message
 * is left without a sorter. A drain first finishes the plans that a crash left,
 * by the witness test, then takes new mail. A step that fails stays planned in
 * the spool, is logged, and is tried again by a later drain; nothing else waits
 * for it. Where SIGTERM is blocked, a sorter looks for it between two messages,
 * and leaves the rest to the next sorter.
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
	uint64_t done;	 /* messages that are done, and left the spool */
	uint64_t failed; /* steps that failed; logged already */
};

/*
 * Open the Maildir of the options, and make it when it is missing. It is an
 * error when it has vanished though the state knows of mail filed there: its
 * disk may not be mounted, and a new Maildir would be below the mount point.
 */
int sorter_open_maildir(struct maildir **out,
			const struct sort_options *options, struct state *state,
			struct error *err);

int sorter_open(struct sorter **out, const struct sort_options *options,
		struct error *err);
void sorter_close(struct sorter *sorter);

/*
 * Sort the mail in the spool. -1: the drain broke off; the rest stays in the
 * spool.
 */
int sorter_drain(struct sorter *sorter, struct sort_result *result,
		 struct error *err);

/*
 * Run the commands that are due. Call it once, after all mail is filed:
 * commands may take long. Those that another process runs already are left to
 * it. When options.wake_fd becomes readable it returns after the current
 * command: new mail goes first, so drain it and call this again.
 */
int sorter_finish(struct sorter *sorter, struct sort_result *result,
		  struct error *err);

/*
 * Why the last drain left mail in the spool, as it was logged; "": it left
 * none. Was that news, or told today already? Does any mail wait because
 * something failed? 1, 0, -1.
 */
const char *sorter_trouble(const struct sorter *sorter);
bool sorter_has_news(const struct sorter *sorter);
int sorter_has_failing(struct sorter *sorter, struct error *err);

/*
 * The last step that was not done because its row was forged, since this was
 * called before; "": none was.
 */
struct error sorter_take_forged(struct sorter *sorter);

/* Should a person be told of it now? The same trouble is told once a day. */
bool sorter_tells(struct sorter *sorter, const struct error *trouble);

/* Record for `status` why mail cannot be filed; NULL: it can. */
void sorter_note_trouble(struct sorter *sorter, const char *trouble);

/* We killed the last sorter: do not suspect the message that it was at. */
void sorter_forgive(const char *state_dir);

#endif
