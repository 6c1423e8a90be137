/* SPDX-License-Identifier: ISC */
/* Trouble that a person must know of: for on-trouble. */
#ifndef RUN_TROUBLE_H
#define RUN_TROUBLE_H

#include <stddef.h>

#include "config/config.h"

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

/* Run on-trouble, if there is one, and wait for it. */
void trouble_notify(const struct config *config, const char *account,
		    const char *text);

#endif
