/* SPDX-License-Identifier: ISC */
/* Which messages were seen before, by keys of `skip-duplicates`. */
#ifndef STATE_DUPLICATE_H
#define STATE_DUPLICATE_H

#include "state/state.h"

/* Was the key seen since then with another message? 1, 0, -1. */
int state_has_duplicate(struct state *s, const unsigned char key[HASH_SIZE],
			int64_t since, int64_t message, struct error *err);
int state_add_duplicate(struct state *s, const unsigned char key[HASH_SIZE],
			int64_t message, int64_t now, struct error *err);

#endif
