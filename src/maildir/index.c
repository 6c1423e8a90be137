/* SPDX-License-Identifier: ISC */
#include "maildir/index.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "maildir/base.h"
#include "util/io.h"
#include "util/xalloc.h"

#include "util/banned.h"

struct names {
	char *folder;
	char **list; /* "cur/NAME", sorted by what follows the slash */
	size_t n;
};

struct maildir_index {
	struct names *folders;
	size_t n;
};

struct maildir_index *maildir_index_new(void)
{
	return xcalloc(1, sizeof(struct maildir_index));
}

void maildir_index_free(struct maildir_index *index)
{
	if (index == NULL)
		return;
	for (size_t i = 0; i < index->n; i++) {
		for (size_t j = 0; j < index->folders[i].n; j++)
			free(index->folders[i].list[j]);
		free(index->folders[i].list);
		free(index->folders[i].folder);
	}
	free(index->folders);
	free(index);
}

/* "new" and "cur" have the same length. */
#define PART_LENGTH 4

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a + PART_LENGTH,
		      *(char *const *)b + PART_LENGTH);
}

static void read_part(struct names *names, const char *part)
{
	struct buf path = BUF_INIT(IO_PATH_MAX);
	const struct dirent *entry;
	DIR *dir;

	buf_addf(&path, "%s/%s", names->folder, part);
	dir = opendir(path.s);
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		buf_truncate(&path, 0);
		buf_addf(&path, "%s/%s", part, entry->d_name);
		xgrow(&names->list, names->n, sizeof(*names->list));
		names->list[names->n++] = xstrdup(path.s);
	}
	if (dir != NULL)
		(void)closedir(dir);
	buf_release(&path);
}

static const struct names *names_of(struct maildir_index *index,
				    const char *folder)
{
	struct names *names;

	for (size_t i = 0; i < index->n; i++)
		if (strcmp(index->folders[i].folder, folder) == 0)
			return &index->folders[i];
	xgrow(&index->folders, index->n, sizeof(*index->folders));
	names = &index->folders[index->n++];
	*names = (struct names){.folder = xstrdup(folder)};
	/* A message that moves on meanwhile goes from new/ to cur/. */
	read_part(names, "new");
	read_part(names, "cur");
	if (names->n > 0)
		qsort(names->list, names->n, sizeof(*names->list), compare);
	return names;
}

/* The first name that is not before the base. */
static size_t lower_bound(const struct names *names, const char *base)
{
	size_t low = 0, high = names->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(names->list[middle] + PART_LENGTH, base) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool maildir_index_find(struct maildir_index *index, const char *folder,
			const char *base, struct buf *path_out)
{
	const struct names *names = names_of(index, folder);
	size_t len = strlen(base);

	for (size_t i = lower_bound(names, base);
	     i < names->n &&
	     strncmp(names->list[i] + PART_LENGTH, base, len) == 0;
	     i++) {
		if (!maildir_has_base(names->list[i] + PART_LENGTH, base))
			continue;
		buf_addf(path_out, "%s/%s", folder, names->list[i]);
		return true;
	}
	return false;
}
