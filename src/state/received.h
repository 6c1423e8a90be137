/* SPDX-License-Identifier: ISC */
/* A message has come: is it new? */
#ifndef STATE_RECEIVED_H
#define STATE_RECEIVED_H

#include "state/state.h"

/* A message that was received and is durable in the spool. */
struct received {
	int64_t account; /* 0: not from a server */
	int64_t session;
	struct slice uidl;    /* empty: has none; p NULL: not from a server */
	uint64_t listed_size; /* as the server said */
	uint64_t size;	      /* of the spool file */
	unsigned char sha256[HASH_SIZE];
	unsigned char identity[HASH_SIZE];
	const char *spool;  /* file name */
	const char *origin; /* the file it is a copy of, to be moved; or NULL */
	int64_t now;
};

/*
 * Record it. Returns 1 when it is new; 0 when the same content is known under
 * the same UIDL, or was found in a folder (state_found.h), or when one of the
 * two has no UIDL: the file is not needed. -1 on error.
 */
int state_add_received(struct state *s, const struct received *r,
		       struct error *err);

/* Is the spool file needed by anybody? 1, 0, -1. */
int state_needs_spool(struct state *s, const char *name, struct error *err);

#endif
