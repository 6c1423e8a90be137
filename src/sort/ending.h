/* SPDX-License-Identifier: ISC */
/* How a step that runs something has ended. */
#ifndef SORT_ENDING_H
#define SORT_ENDING_H

#include <stdbool.h>

#include "util/error.h"

enum ended {
	ENDED_WELL,
	ENDED_LATER, /* it may work another time */
	ENDED_BADLY, /* it will not */
	ENDED_LOST,  /* its message is not in the spool */
};

struct ending {
	enum ended how;
	bool timeout;
	bool crashed;  /* it did not end by itself */
	char why[600]; /* for people */
};

/* It failed: for good when that is the message's fault (ERR_MESSAGE). */
void ending_fail(struct ending *ending, const struct error *err);

#endif
