/* SPDX-License-Identifier: ISC */
/* Trouble that a person must know of: for on-trouble. */
#ifndef RUN_TROUBLE_H
#define RUN_TROUBLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/config.h"
#include "state/state.h"

/* More troubles at the same moment are only logged. */
#define TROUBLES_MAX 8

struct trouble {
	char account[ACCOUNT_NAME_MAX + 1]; /* "": not of one account */
	char text[ERROR_TEXT_MAX];
};

/*
 * Collected while the database is open, notified after it is closed: no
 * command of the user runs meanwhile.
 */
struct troubles {
	struct trouble list[TROUBLES_MAX];
	size_t n;
};

void troubles_add(struct troubles *t, const char *account, const char *text);

/*
 * A fetcher that was ended by signal `number` could neither log nor record it.
 * Do that for it: `id` is that of the account, in `state`. The trouble is added
 * to `t` if a person is to be told of it.
 */
void trouble_of_crash(struct troubles *t, const struct config *config,
		      size_t account, int64_t id, int number, bool watched,
		      struct state *state);

/* Run on-trouble, if there is one, and wait for it. */
void trouble_notify(const struct config *config, const char *account,
		    const char *text);

/* The same for each that was collected. */
void troubles_notify(const struct config *config, const struct troubles *t);

#endif
