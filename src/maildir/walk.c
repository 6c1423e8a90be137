/* SPDX-License-Identifier: ISC */
#include "maildir/walk.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "util/buf.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Folders nest a few levels deep; a loop of mounts must end. */
#define DEPTH_MAX 16

static char *path_in(const char *dir, const char *name)
{
	struct buf path = BUF_INIT(4 * WALK_PATH_MAX);

	buf_addf(&path, "%s/%s", dir, name);
	return buf_detach(&path);
}

static bool is_directory(const char *path, const char *part)
{
	struct buf full = BUF_INIT(WALK_PATH_MAX - 1);
	struct stat st;
	bool is;

	buf_addf(&full, "%s/%s", path, part);
	is = !full.full && lstat(full.s, &st) == 0 && S_ISDIR(st.st_mode);
	buf_release(&full);
	return is;
}

bool maildir_is_folder(const char *path)
{
	return is_directory(path, "cur") && is_directory(path, "new");
}

static bool is_below(const char *path, const char *name)
{
	static const char *const parts[] = {".", "..", "cur", "new", "tmp"};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (strcmp(name, parts[i]) == 0)
			return false;
	return is_directory(path, name);
}

static void walk(const char *path, int depth, char ***list)
{
	struct dirent **names = NULL;
	int n = depth > DEPTH_MAX ? 0 : scandir(path, &names, NULL, alphasort);

	if (maildir_is_folder(path))
		strings_add(list, path);
	for (int i = 0; i < n; i++) {
		struct buf below = BUF_INIT(WALK_PATH_MAX - 1);

		buf_addf(&below, "%s/%s", path, names[i]->d_name);
		if (!below.full && is_below(path, names[i]->d_name))
			walk(below.s, depth + 1, list);
		buf_release(&below);
		free(names[i]);
	}
	free(names);
}

void maildir_walk(const char *root, char ***list)
{
	walk(root, 0, list);
}

/* The newest so far; a newer one replaces the one at index `oldest`. */
struct newest {
	char **paths;
	long long *seconds;
	size_t n, max, oldest;
};

static void offer(struct newest *newest, const char *dir, const char *name)
{
	long long seconds = atoll(name);
	size_t at = newest->n;

	if (at == newest->max) {
		at = newest->oldest;
		if (seconds <= newest->seconds[at])
			return;
		free(newest->paths[at]);
	} else {
		newest->n++;
	}
	newest->paths[at] = path_in(dir, name);
	newest->seconds[at] = seconds;
	newest->oldest = 0;
	for (size_t i = 1; i < newest->n; i++)
		if (newest->seconds[i] < newest->seconds[newest->oldest])
			newest->oldest = i;
}

static void offer_all(struct newest *newest, const char *folder,
		      const char *part)
{
	char *path = path_in(folder, part);
	DIR *dir = opendir(path);
	const struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.')
			offer(newest, path, entry->d_name);
	if (dir != NULL)
		(void)closedir(dir);
	free(path);
}

void maildir_newest(const char *root, size_t max, char ***list)
{
	struct newest newest = {.paths = xcalloc(max, sizeof(char *)),
				.seconds = xcalloc(max, sizeof(long long)),
				.max = max};
	char **folders = NULL;

	maildir_walk(root, &folders);
	for (char **f = folders; f != NULL && *f != NULL; f++) {
		offer_all(&newest, *f, "new");
		offer_all(&newest, *f, "cur");
	}
	strings_free(folders);
	for (size_t i = 0; i < newest.n; i++) {
		strings_add(list, newest.paths[i]);
		free(newest.paths[i]);
	}
	free(newest.paths);
	free(newest.seconds);
}
