/* SPDX-License-Identifier: ISC */
/* Messages that were received: are they new? */
#ifndef STATE_RECEIVED_H
#define STATE_RECEIVED_H

#include <stdbool.h>

#include "state/state.h"

/* Bytes of an id that is the same in all folders; a longer one is not kept. */
#define SERVER_ID_MAX 256

/* Facts about a message that only an IMAP server gives. */
struct on_server {
	const char *folder; /* its path; or NULL */
	int64_t arrived;    /* INTERNALDATE, seconds since 1970; 0: unknown */
	unsigned flags;	    /* mail/flags.h; 0: they are not kept */
	char id[SERVER_ID_MAX]; /* the same in all folders; "": none */
};

/* A message that was received and is durable in the spool. */
struct received {
	int64_t account; /* 0: not from a server */
	int64_t session;
	struct slice uidl;    /* empty: none; p NULL: not from a server */
	uint64_t listed_size; /* as the server said */
	uint64_t size;	      /* of the spool file */
	unsigned char sha256[HASH_SIZE];
	unsigned char identity[HASH_SIZE];
	unsigned char body[HASH_SIZE]; /* mail/identity.h; zeros: unknown */
	int64_t same_as;    /* a row that is this message; 0: not known to be */
	const char *spool;  /* file name */
	const char *origin; /* the file on disk that it is a copy of; or NULL */
	bool elsewhere;	    /* it came from another folder of its account */
	bool repeated;	    /* on disk: the run met an earlier copy of it */
	int64_t now;
	struct on_server there;
};

/*
 * Record a message. 1: it is new. 0: its spool file is not needed, because the
 * same content is known under the same UIDL, or one of the two has no UIDL, or
 * it was found in a folder (found.h), or the caller knows its row. -1.
 */
int state_add_received(struct state *s, const struct received *r,
		       struct error *err);

/*
 * Did it come from another folder of its account, or under another UID? Ids of
 * servers are short, so the header must be the same, too. 1, 0, -1.
 */
int state_is_elsewhere(struct state *s, const struct received *r,
		       struct error *err);

/* Does any row need this spool file? 1, 0, -1. */
int state_needs_spool(struct state *s, const char *name, struct error *err);

#endif
