/* SPDX-License-Identifier: ISC */
/*
 * Making a new database when the old one cannot be used.
 *
 *	state_open(&fresh, dir, STATE_NEW, err);
 *	state_salvage(old, fresh, &salvage, err);
 *	… what else can be found …
 *	state_close(fresh);
 *	state_replace(dir, aside, err);
 *
 * The caller holds STATE_LOCK exclusively: nobody else has it open.
 */
#ifndef STATE_REPAIR_H
#define STATE_REPAIR_H

#include "state/state.h"

struct salvage {
	size_t rows; /* messages read from the old database */
	bool whole;  /* all of them could be read */
};

/*
 * Copy the accounts, rules and messages that can be read. Messages whose plan
 * was not finished wait for a new one; see state_settle_found(). -1 only when
 * `to` cannot be written.
 */
int state_salvage(struct state *from, struct state *to, struct salvage *out,
		  struct error *err);

/*
 * Mark messages that wait, and are in a folder already, as done. *n_out counts
 * those that still wait.
 */
int state_settle_found(struct state *s, int64_t *n_out, struct error *err);

/*
 * Replace the old database by the new one, atomically. The old one is kept as
 * `aside`; "" when there was none.
 */
int state_replace(const char *dir, char aside[STATE_ASIDE_MAX],
		  struct error *err);

#endif
