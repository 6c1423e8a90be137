/* SPDX-License-Identifier: ISC */
/* Trouble that a person is to hear of, by on-trouble. */
#ifndef RUN_TROUBLE_H
#define RUN_TROUBLE_H

#include <stddef.h>

#include "config/config.h"

/* Of what happens at the same moment no more is told. */
#define TROUBLES_MAX 8

struct trouble {
	char account[ACCOUNT_NAME_MAX + 1]; /* "": of no account */
	char text[ERROR_TEXT_MAX];
};

/* A list for later: whoever notices trouble has the database open. */
struct troubles {
	struct trouble list[TROUBLES_MAX];
	size_t n;
};

void troubles_add(struct troubles *t, const char *account, const char *text);

/* Run on-trouble, if there is one, and wait for it. */
void trouble_notify(const struct config *config, const char *account,
		    const char *text);

#endif
