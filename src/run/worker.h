/* SPDX-License-Identifier: ISC */
#ifndef RUN_WORKER_H
#define RUN_WORKER_H

#include <sys/types.h>

#include "util/error.h"

/*
 * Fork a worker, which ends when its parent does. Returns 0 in the worker, its
 * number in the parent, -1 on error.
 */
pid_t worker_fork(struct error *err);

#endif
