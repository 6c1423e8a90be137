/* SPDX-License-Identifier: ISC */
/* Known messages of a server, by the UIDLs of its listings. */
#ifndef STATE_SEEN_H
#define STATE_SEEN_H

#include "state/state.h"

/* In place of a session: never fetched, marked as known by the user. */
#define STATE_MARKED (-1)

/* In place of a session: imported with its content, never seen on a server. */
#define STATE_IMPORTED 1

/* In place of a size: imported by its UIDL alone; any size matches. */
#define STATE_SIZE_UNKNOWN UINT64_MAX

/* Bytes of the longest UIDL; pop3/ refuses longer ones. */
#define STATE_UIDL_MAX 1024

/* A known message, as far as a listing is concerned. */
struct seen {
	int64_t id;
	struct slice uidl; /* valid until the next row */
	uint64_t size;	   /* as listed */
	int64_t session;   /* last one to fetch or verify it, or STATE_MARKED */
	int64_t first_seen;
	unsigned char sha256[HASH_SIZE];
	unsigned char identity[HASH_SIZE];
	unsigned char body[HASH_SIZE]; /* zeros: unknown */
};

/*
 * Walk the messages of the last listing in the order of (uidl, size), bytewise:
 * 1 a row, 0 the end, -1. Only those whose UIDL begins with `prefix`, which may
 * be empty. state_live_end() ends a walk at any point.
 */
void state_live_begin(struct state *s, int64_t account, struct slice prefix);
int state_live_next(struct state *s, struct seen *out, struct error *err);
void state_live_end(struct state *s);

/*
 * Find a message of that UIDL and size that had disappeared: 1 found, 0 not,
 * -1.
 */
int state_find_gone(struct state *s, int64_t account, struct slice uidl,
		    uint64_t size, struct seen *out, struct error *err);

/* Find a message by its id: 1 found, 0 not, -1. */
int state_get_seen(struct state *s, int64_t id, struct seen *out,
		   struct error *err);

/*
 * The ids of messages that were missing in the last listing, or in the last
 * two. The list is allocated.
 */
int state_list_leaving(struct state *s, int64_t account, int64_t **ids_out,
		       size_t *n_out, struct error *err);

/* The message is not listed; was deleted; is there again; or its name is. */
int state_set_gone(struct state *s, int64_t id, int64_t now, struct error *err);
int state_set_deleted(struct state *s, int64_t account, struct slice uidl,
		      uint64_t size, int64_t now, struct error *err);
int state_set_present(struct state *s, int64_t id, struct error *err);
int state_set_back(struct state *s, int64_t id, int64_t now, struct error *err);

/* The first listing shows the size of a message that was imported. */
int state_set_size(struct state *s, int64_t id, uint64_t size,
		   struct error *err);

/* The server gave the message another UIDL, seen in this session. */
int state_set_uidl(struct state *s, int64_t id, struct slice uidl,
		   int64_t session, struct error *err);

/*
 * After each complete listing: forget messages that were missing in three
 * listings and for 90 days.
 */
int state_age_gone(struct state *s, int64_t account, int64_t now,
		   struct error *err);

/* After a listing that was not complete: those that were so long ago. */
int state_forget_gone(struct state *s, int64_t account, int64_t now,
		      struct error *err);

#endif
