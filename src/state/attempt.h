/* SPDX-License-Identifier: ISC */
/*
 * Messages that could not be fetched, or not in a way that proves them
 * complete: one row for each, by UIDL and listed size. There are few; most
 * accounts have none.
 */
#ifndef STATE_ATTEMPT_H
#define STATE_ATTEMPT_H

#include <stdbool.h>
#include <stdint.h>

#include "state/state.h"
#include "util/buf.h"

/* From this number of failures on a message is left for later. */
#define ATTEMPTS_MAX 2

struct attempt {
	struct slice uidl; /* owned by the list that it is in */
	uint64_t size;	   /* as listed */
	int64_t failures;
	int64_t last;	 /* failure, in microseconds since 1970 */
	int64_t next;	 /* not asked for before; in seconds since 1970 */
	bool keep;	 /* it is here, but never deleted on the server */
	bool alone;	 /* its session broke: it is read apart from others */
	bool has_sha256; /* what came the last time */
	unsigned char sha256[HASH_SIZE];
	char *trouble; /* in the server's words or ours; owned; or NULL */
};

struct attempts {
	struct attempt *list; /* n of them, in the order of (uidl, size) */
	size_t n;
};

/* Read all of an account. Release them after a failure, too. */
int state_get_attempts(struct state *s, int64_t account, struct attempts *out,
		       struct error *err);
void attempts_release(struct attempts *attempts);

/* The one of this UIDL and size; NULL: it never failed. */
struct attempt *attempts_find(const struct attempts *attempts,
			      struct slice uidl, uint64_t size);

/* Is it left on the server, and must a person be told of it? */
bool attempt_is_left(const struct attempt *attempt);

/* Store it, or remove it. */
int state_set_attempt(struct state *s, int64_t account,
		      const struct attempt *attempt, struct error *err);
int state_forget_attempt(struct state *s, int64_t account, struct slice uidl,
			 uint64_t size, struct error *err);

/*
 * The end of a message that is here was not proved: it is read again before it
 * is deleted on the server. state_is_doubtful(): 1, 0, -1.
 */
int state_set_doubt(struct state *s, int64_t account, struct slice uidl,
		    uint64_t size, bool doubt, struct error *err);
int state_has_doubts(struct state *s, int64_t account, struct error *err);
int state_is_doubtful(struct state *s, int64_t account, struct slice uidl,
		      uint64_t size, struct error *err);

/* How many messages of the account are left, as attempt_is_left() says? */
int state_count_left(struct state *s, int64_t account, int64_t *n_out,
		     struct error *err);

#endif
