/* SPDX-License-Identifier: ISC */
#include "sort/arrivals.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "util/xalloc.h"

#include "util/banned.h"

/* SECONDS.M123456…, as we write names; others have no fraction. */
static void read_name(struct arrival *a)
{
	const char *name = strrchr(a->path, '/');
	char *end;

	a->seconds = strtoll(name == NULL ? a->path : name + 1, &end, 10);
	a->fraction =
		strncmp(end, ".M", 2) == 0 ? strtoll(end + 2, NULL, 10) : 0;
}

void arrivals_add(struct arrivals *a, const char *path)
{
	struct arrival arrival = {.path = xstrdup(path)};
	struct stat st;

	if (lstat(path, &st) == 0)
		arrival.at = st.st_mtim;
	read_name(&arrival);
	xgrow(&a->list, a->n, sizeof(*a->list));
	a->list[a->n++] = arrival;
}

static int order(long long a, long long b)
{
	return (a > b) - (a < b);
}

/* Where a copy of the whole Maildir set all times, names decide. */
static int compare(const void *first, const void *second)
{
	const struct arrival *a = first, *b = second;
	int rc = order(a->at.tv_sec, b->at.tv_sec);

	if (rc == 0)
		rc = order(a->at.tv_nsec, b->at.tv_nsec);
	if (rc == 0)
		rc = order(a->seconds, b->seconds);
	if (rc == 0)
		rc = order(a->fraction, b->fraction);
	return rc == 0 ? strcmp(a->path, b->path) : rc;
}

void arrivals_sort(struct arrivals *a)
{
	if (a->n > 0)
		qsort(a->list, a->n, sizeof(*a->list), compare);
}

void arrivals_release(struct arrivals *a)
{
	for (size_t i = 0; i < a->n; i++)
		free(a->list[i].path);
	free(a->list);
	memset(a, 0, sizeof(*a));
}
