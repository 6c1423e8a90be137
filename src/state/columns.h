/* SPDX-License-Identifier: ISC */
/* What the columns of the tables hold; private. */
#ifndef STATE_COLUMNS_H
#define STATE_COLUMNS_H

/* msg.state */
enum {
	MSG_SPOOLED = 1,
	MSG_PLANNED = 2,
	MSG_DONE = 3,
};

#endif
