/* SPDX-License-Identifier: ISC */
/*
 * Messages of folders in the order in which they came: of several copies, the
 * first is the one that is no duplicate, in whatever folder it lies.
 */
#ifndef SORT_ARRIVALS_H
#define SORT_ARRIVALS_H

#include <stddef.h>
#include <time.h>

struct arrival {
	char *path;
	struct timespec at;	     /* mtime of the file */
	long long seconds, fraction; /* at the start of its name */
};

struct arrivals {
	struct arrival *list;
	size_t n;
};

/* Add a message; its file is looked at. */
void arrivals_add(struct arrivals *a, const char *path);
void arrivals_sort(struct arrivals *a);
void arrivals_release(struct arrivals *a);

#endif
