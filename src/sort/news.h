/* SPDX-License-Identifier: ISC */
/* The list of what was filed, for on-new. */
#ifndef SORT_NEWS_H
#define SORT_NEWS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct delivery;
struct sorter;

struct news {
	int fd;		    /* -1: none yet */
	uint64_t n;	    /* paths in it */
	off_t bytes;	    /* what they take */
	int64_t rest_until; /* of clock_ms(): on-new failed, and rests */
};

/* Add the files that these steps have filed. */
void sorter_add_news(struct sorter *s, const struct delivery *steps, size_t n);

/* Run on-new with the list, unless it is better to wait for more. */
void sorter_announce(struct sorter *s);

/* The sorter ends: log how many files on-new was not told of. */
void sorter_end_news(struct sorter *s);

#endif
