/* SPDX-License-Identifier: ISC */
/* The time, for programs that measure: a clock that is never set. */
#ifndef TESTS_NOW_H
#define TESTS_NOW_H

#include <time.h>

static inline double now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

#endif
