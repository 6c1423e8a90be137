/* SPDX-License-Identifier: ISC */
/* Recovery: finishing plans that a crash or a full disk left unfinished. */
#ifndef SORT_RESUME_H
#define SORT_RESUME_H

#include "util/error.h"

struct sorter;

/*
 * Finish what an earlier sorter planned and did not record as done, by the
 * witness test. -1 only when the state cannot be read or written.
 */
int sorter_resume(struct sorter *s, struct error *err);

#endif
