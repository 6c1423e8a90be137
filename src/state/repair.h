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
 * Copy accounts and messages that can be read. What was planned and not done
 * waits again; see state_settle_found(). -1 only when `to` cannot be written.
 */
int state_salvage(struct state *from, struct state *to, struct salvage *out,
		  struct error *err);

/* What waits and is in a folder already is done; *n_out counts the others. */
int state_settle_found(struct state *s, int64_t *n_out, struct error *err);

/*
 * The new database takes the place of the old one, in one step; the old one
 * is kept as `aside`, which becomes "" when there was none.
 */
int state_replace(const char *dir, char aside[STATE_ASIDE_MAX],
		  struct error *err);

#endif
