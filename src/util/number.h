/* SPDX-License-Identifier: ISC */
/* The smaller and the larger of two; functions, so arguments run once. */
#ifndef UTIL_NUMBER_H
#define UTIL_NUMBER_H

#include <stdint.h>

static inline int64_t number_min(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static inline int64_t number_max(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

#endif
