/* SPDX-License-Identifier: ISC */
#include "state/folders.h"

#include <dirent.h>
#include <errno.h>

#include "maildir/walk.h"
#include "util/buf.h"
#include "util/xalloc.h"

#include "util/banned.h"

static int walk_directory(const char *folder, const char *part,
			  folders_take *take, void *context, struct error *err)
{
	struct buf path = BUF_INIT(WALK_PATH_MAX + 8);
	const struct dirent *entry;
	DIR *dir;
	int rc = 0;

	buf_addf(&path, "%s/%s", folder, part);
	dir = opendir(path.s);
	if (dir == NULL)
		rc = error_errno(err, ERR_TEMPORARY, "cannot read %s", path.s);
	for (errno = 0;
	     rc == 0 && dir != NULL && (entry = readdir(dir)) != NULL;
	     errno = 0)
		rc = take(context, dirfd(dir), entry->d_name, err);
	if (rc == 0 && errno != 0)
		rc = error_errno(err, ERR_TEMPORARY, "cannot read %s", path.s);
	if (dir != NULL)
		(void)closedir(dir);
	buf_release(&path);
	return rc;
}

int folders_walk(const char *maildir, folders_take *take, void *context,
		 struct error *err)
{
	char **folders = NULL;
	int rc = 0;

	maildir_walk(maildir, &folders);
	for (size_t i = 0; rc == 0 && folders != NULL && folders[i] != NULL;
	     i++) {
		rc = walk_directory(folders[i], "new", take, context, err);
		if (rc == 0)
			rc = walk_directory(folders[i], "cur", take, context,
					    err);
	}
	strings_free(folders);
	return rc;
}
