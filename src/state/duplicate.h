/* SPDX-License-Identifier: ISC */
/* Keys of messages that came before, for the condition `duplicate`. */
#ifndef STATE_DUPLICATE_H
#define STATE_DUPLICATE_H

#include "state/state.h"

/* Did another message have this key, at `since` or later? 1, 0, -1. */
int state_has_duplicate(struct state *s, const unsigned char key[HASH_SIZE],
			int64_t since, int64_t message, struct error *err);
int state_add_duplicate(struct state *s, const unsigned char key[HASH_SIZE],
			int64_t message, int64_t now, struct error *err);

#endif
