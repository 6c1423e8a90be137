/* SPDX-License-Identifier: ISC */
/*
 * The key that rows are sealed with, so that the sorter does nothing for a row
 * that a process which talks to a server has written: such a process must write
 * the database, and its server may have taken it over. It never has the key.
 *
 *	state_open(&state, dir, STATE_WRITE, err);
 *	state_load_key(state, dir, err);
 *	… steps that this connection writes are sealed, those that it reads
 *	have `forged` when their seal is wrong …
 */
#ifndef STATE_KEY_H
#define STATE_KEY_H

#include "state/state.h"

/* In the state directory; mode 0600. */
#define KEY_FILE "state.key"

/*
 * Read the key for this connection. Without the file, make it: all rows are
 * sealed first, as the database is all there is to believe. A child that is
 * forked afterwards does not have the key.
 */
int state_load_key(struct state *s, const char *dir, struct error *err);

/* The same to look only: without the file, all rows count as sealed. */
int state_read_key(struct state *s, const char *dir, struct error *err);

#endif
