/* SPDX-License-Identifier: ISC */
/* Can there be a folder of that name? Asked before mail is planned for it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "maildir/internal.h"
#include "util/io.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* The limit for one component on all common file systems. */
#define NAME_BYTES_MAX 255

bool maildir_fits(const struct maildir *m, const char *name)
{
	char *path = maildir_path(m, name);
	struct slice rest = slice_str(path), part;
	bool fits = rest.len < IO_PATH_MAX - MAILDIR_BASE_MAX - 32;

	while (slice_split(&rest, '/', &part))
		fits &= part.len <= NAME_BYTES_MAX;
	free(path);
	return fits;
}

/* Errors that stay; a full or broken disk gets repaired. */
static bool is_final(int reason)
{
	return reason == ENOTDIR || reason == ELOOP || reason == ENAMETOOLONG ||
	       reason == EACCES;
}

/* A directory, or a link to one: 1; nothing: 0; something in the way: -1. */
static int look_at(const char *path)
{
	struct stat st;

	if (lstat(path, &st) == -1)
		return is_final(errno) ? -1 : 0;
	if (stat(path, &st) == -1)
		return is_final(errno) || errno == ENOENT ? -1 : 0;
	return S_ISDIR(st.st_mode) ? 1 : -1;
}

/* Follow the path down from path[from], a "/", as far as it exists. */
static bool may_be(const char *path, size_t from)
{
	char *partial = xstrdup(path);
	size_t len = from, deepest = from;
	int there = 1;
	bool may;

	while (there == 1 && path[len] != '\0') {
		len = (size_t)(strchrnul(path + len + 1, '/') - path);
		partial[len] = '\0';
		there = look_at(partial);
		partial[len] = path[len];
		if (there == 1)
			deepest = len;
	}
	partial[deepest] = '\0';
	may = there != -1 &&
	      (deepest == from || access(partial, W_OK | X_OK) == 0 ||
	       !is_final(errno));
	free(partial);
	return may;
}

/* The folder that `written` bytes of the name give, or the root. Allocated. */
static char *path_above(const struct maildir *m, const char *name,
			size_t written)
{
	char *above, *path;

	while (written > 0 && name[written - 1] != '/')
		written--;
	if (written <= 1 || m->layout != LAYOUT_FS)
		return xstrdup(m->root);
	above = xmemdup0(name, written - 1);
	path = maildir_path(m, above);
	free(above);
	return path;
}

bool maildir_may_be(const struct maildir *m, const char *name, size_t written)
{
	static const char *const parts[] = {"tmp", "new", "cur"};
	char *folder = maildir_path(m, name);
	char *above = path_above(m, name, written);
	bool above_is_well = look_at(above) == 1 && access(above, X_OK) == 0;
	bool may = true;

	for (size_t i = 0; above_is_well && may && i < 3; i++) {
		struct buf path = BUF_INIT(IO_PATH_MAX);

		buf_addf(&path, "%s/%s", folder, parts[i]);
		may = may_be(path.s, strlen(above));
		buf_release(&path);
	}
	free(folder);
	free(above);
	return may;
}
