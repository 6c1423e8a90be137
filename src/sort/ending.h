/* SPDX-License-Identifier: ISC */
/* How a step that runs something has ended. */
#ifndef SORT_ENDING_H
#define SORT_ENDING_H

#include <stdbool.h>

#include "util/error.h"

enum ended {
	ENDED_WELL,
	ENDED_LATER, /* it may work next time */
	ENDED_BADLY, /* it will not */
	ENDED_LOST,  /* its message is not in the spool */
};

struct ending {
	enum ended how;
	bool timeout;
	bool crashed; /* a signal, the time limit or too much output ended it */
	char why[ERROR_TEXT_MAX]; /* for people */
};

/*
 * It failed: ENDED_BADLY when the message is at fault (ERR_MESSAGE), else
 * ENDED_LATER.
 */
void ending_fail(struct ending *ending, const struct error *err);

#endif
