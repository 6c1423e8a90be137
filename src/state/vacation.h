/* SPDX-License-Identifier: ISC */
/*
 * Senders that `vacation` has answered, with the time. An answer is claimed
 * before it is sent: at most one goes to a sender, whatever ends the sorter.
 *
 *	state_claim_answer(s, &answer, &claim, err);
 *	if (claim == CLAIM_GRANTED && send() == -1)
 *		state_release_answer(s, &answer, again, err);
 */
#ifndef STATE_VACATION_H
#define STATE_VACATION_H

#include "state/state.h"

/* Answers to all senders together: forged ones must not make a flood. */
#define ANSWERS_A_DAY 500

/* Longer than any `days`; then the row goes. */
#define ANSWERED_SECONDS ((int64_t)366 * 24 * 60 * 60)

struct answer {
	unsigned char key[HASH_SIZE]; /* of the text and the sender */
	const char *rule, *sender;
	int64_t message;
	int64_t now, since; /* an answer at `since` or later is enough */
};

enum claim {
	CLAIM_GRANTED,
	CLAIM_ANSWERED,	 /* this sender was, for another message */
	CLAIM_UNCERTAIN, /* this very answer was begun, and may be sent */
	CLAIM_TOO_MANY,	 /* ANSWERS_A_DAY */
};

/* Durable when it returns 0 with CLAIM_GRANTED. */
int state_claim_answer(struct state *s, const struct answer *answer,
		       enum claim *claim_out, struct error *err);

/*
 * It was not sent. `again`: the same message will try again, and keeps its
 * claim.
 */
int state_release_answer(struct state *s, const struct answer *answer,
			 bool again, struct error *err);

#endif
