/* SPDX-License-Identifier: ISC */
/*
 * Private to this folder: seals of rows. A seal is an HMAC-SHA256 (RFC 2104)
 * over what the sorter acts on, and over the number of the message, so that no
 * row can be moved to another message. A step has another seal once it is done,
 * so that it cannot be made due again.
 */
#ifndef STATE_SEAL_H
#define STATE_SEAL_H

#include "state/db.h"

#define KEY_SIZE 32

/* The meanings of a seal. Its bytes hold the number: never change or reuse one.
 */
enum seal_kind {
	SEAL_STEP = 1,	 /* is to be done */
	SEAL_DONE = 2,	 /* was done */
	SEAL_ORIGIN = 3, /* is a copy of the mail on disk at that path */
	SEAL_FILED = 4,	 /* that is filed now: its old file may be removed */
};

struct key;

/* A key of these bytes, or of the file `fd`; it leaves nothing elsewhere. */
struct key *key_new(void);
void key_free(struct key *key);
unsigned char *key_bytes(struct key *key);
void key_is_ready(struct key *key);

/* The values of a step, as they stand in the database. */
struct sealed_step {
	int64_t message, n, kind, flags, line;
	const char *folder, *base, *spool, *keywords, *tags; /* or NULL */
	const char *rule, *file, *reason;
	struct slice command;
};

/* Mail on disk. */
struct sealed_origin {
	int64_t message, size;
	struct slice sha256;
	const char *path;
};

/* False: there is no key in this process, or the row is too long. */
bool seal_step(const struct state *s, enum seal_kind kind,
	       const struct sealed_step *step, unsigned char out[HASH_SIZE]);
bool seal_origin(const struct state *s, enum seal_kind kind,
		 const struct sealed_origin *origin,
		 unsigned char out[HASH_SIZE]);

/* Is this the seal? */
bool seal_fits_step(const struct state *s, enum seal_kind kind,
		    const struct sealed_step *step, struct slice seal);
bool seal_fits_origin(const struct state *s, enum seal_kind kind,
		      const struct sealed_origin *origin, struct slice seal);

/* Bind a new seal to a parameter; NULL when there is none. */
void seal_bind_step(const struct state *s, struct query *q, int i,
		    enum seal_kind kind, const struct sealed_step *step);
void seal_bind_origin(const struct state *s, struct query *q, int i,
		      enum seal_kind kind, const struct sealed_origin *origin);

#endif
