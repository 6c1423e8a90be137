/* SPDX-License-Identifier: ISC */
/*
 * Trouble that a person was told of, so that the same is not repeated with
 * each run, and other trouble is told at once. A success in between changes
 * nothing: trouble that comes and goes is told once a day.
 */
#ifndef STATE_TOLD_H
#define STATE_TOLD_H

#include "state/state.h"

/*
 * The same key is told again after a day. A little less counts as a day, so
 * that a run that cron starts at the same minute of each day tells each day.
 */
#define TOLD_SECONDS ((int64_t)24 * 3600 - 900)

/* Different words of a server in the same sentence are told so often a day. */
#define TOLD_WORDINGS_MAX 3

/*
 * May a person be told of `what` now? It is a short key that stays the same
 * while the trouble does, like "retr UIDL": no numbers, sizes or times.
 * `account` is an id, or 0. When *tell_out is true, that is recorded: tell.
 * These functions write only then, and may be called in a transaction.
 */
int state_tell(struct state *s, int64_t account, const char *what, int64_t now,
	       bool *tell_out, struct error *err);

/*
 * The same for the text of an error: digits do not count, and in quotes no word
 * with digits does, because servers put the time or a session's name into their
 * answers. Another kind (temporary, for a person) is other trouble. In one
 * sentence of ours, at most TOLD_WORDINGS_MAX different answers of a server
 * (the words in quotes) are told a day.
 */
int state_tell_trouble(struct state *s, int64_t account,
		       const struct error *trouble, int64_t now, bool *tell_out,
		       struct error *err);

/*
 * The same for what is told only once for as long as it lasts: `what` is
 * forgotten after a week without a call.
 */
int state_tell_once(struct state *s, int64_t account, const char *what,
		    int64_t now, bool *tell_out, struct error *err);

#endif
