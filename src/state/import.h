/* SPDX-License-Identifier: ISC */
/* Messages that another database, or another program, knew. */
#ifndef STATE_IMPORT_H
#define STATE_IMPORT_H

#include "state/seen.h"

struct state_import {
	struct slice uidl;
	uint64_t size; /* or STATE_SIZE_UNKNOWN */
	bool has_content;
	unsigned char sha256[HASH_SIZE]; /* when it has_content */
	bool gone;			 /* from the server */
	int64_t first_seen;
};

/*
 * Make it known, unless a message with its UIDL and size is. Without content it
 * is as state_mark_seen() makes it. Within a transaction. 1: it is new, 0: it
 * was known, -1.
 */
int state_import(struct state *s, int64_t account,
		 const struct state_import *row, int64_t now,
		 struct error *err);

#endif
