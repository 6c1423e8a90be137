/* SPDX-License-Identifier: ISC */
/* Files without a name, for the states of a message in between. */
#ifndef SORT_SCRATCH_H
#define SORT_SCRATCH_H

#include "state/spool.h"

/* Open one in the spool, or (NULL) in memory. -1 on error. */
int sort_scratch(struct spool *spool, struct error *err);

#endif
