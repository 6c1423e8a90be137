/* SPDX-License-Identifier: ISC */
/* Part of internal.h: how far a session is that waits for mail. */
#ifndef IMAP_IDLE_STAGE_H
#define IMAP_IDLE_STAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "util/buf.h"

enum idle_stage {
	IDLE_OVER,
	IDLE_ASKED,    /* IDLE was sent, and there is no "+" yet */
	IDLE_RESTING,  /* no answer is awaited */
	IDLE_ENDING,   /* DONE was sent, and IDLE has no end yet */
	IDLE_COUNTING, /* STATUS was sent */
};

struct idle {
	enum idle_stage stage;
	bool idles;	/* the server has IDLE */
	bool leaves;	/* another command follows */
	uint32_t tag;	/* of IDLE or STATUS */
	size_t n_bytes; /* that came since */
	struct buf name;
	uint32_t messages, uid_next; /* in the folder; 0: not known */
};

#endif
