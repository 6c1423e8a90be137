/* SPDX-License-Identifier: ISC */
#include "sort/returns.h"

#include <stdlib.h>
#include <string.h>

#include "state/history.h"
#include "util/io.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Messages recorded together: one commit, and a sync of each directory. */
#define RETURNS_MAX 256

static void add_directory(struct returns *r, const char *path)
{
	char *directory = xmemdup0(path, (size_t)(strrchr(path, '/') - path));
	size_t i = 0;

	while (r->directories != NULL && r->directories[i] != NULL &&
	       strcmp(r->directories[i], directory) != 0)
		i++;
	if (r->directories == NULL || r->directories[i] == NULL)
		strings_add(&r->directories, directory);
	free(directory);
}

void returns_add(struct returns *r, int64_t message, int n, const char *folder,
		 const char *from, const char *to)
{
	xgrow(&r->list, r->n, sizeof(*r->list));
	r->list[r->n++] = (struct returned){
		message, n, folder == NULL ? NULL : xstrdup(folder)};
	add_directory(r, to);
	add_directory(r, from);
}

bool returns_are_many(const struct returns *r)
{
	return r->n >= RETURNS_MAX;
}

static int sync_all(const struct returns *r, struct error *err)
{
	for (char **d = r->directories; d != NULL && *d != NULL; d++)
		if (io_sync_directory(*d, err) == -1)
			return -1;
	return 0;
}

static int record_all(const struct returns *r, struct state *state,
		      struct error *err)
{
	for (size_t i = 0; i < r->n; i++)
		if (state_set_undone(state, r->list[i].message, r->list[i].n,
				     r->list[i].folder, err) == -1)
			return -1;
	return 0;
}

int returns_record(struct returns *r, struct state *state, struct error *err)
{
	if (r->n == 0)
		return 0;
	if (sync_all(r, err) == -1 || state_begin(state, err) == -1 ||
	    state_end(state, record_all(r, state, err), err) == -1)
		return -1;
	returns_release(r);
	return 0;
}

void returns_release(struct returns *r)
{
	for (size_t i = 0; i < r->n; i++)
		free(r->list[i].folder);
	free(r->list);
	strings_free(r->directories);
	memset(r, 0, sizeof(*r));
}
