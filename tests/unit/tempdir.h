/* SPDX-License-Identifier: ISC */
/* A directory for one test program, removed at its end. */
#ifndef TESTS_TEMPDIR_H
#define TESTS_TEMPDIR_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char tempdir_path[256];

static inline int tempdir_remove_one(const char *path, const struct stat *st,
				     int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	(void)chmod(path, 0700);
	return remove(path);
}

static inline void tempdir_remove(void)
{
	(void)nftw(tempdir_path, tempdir_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* Make the directory; it is removed at exit. Returns its path. */
static inline const char *tempdir(void)
{
	const char *base = getenv("TMPDIR");

	(void)snprintf(tempdir_path, sizeof(tempdir_path),
		       "%s/postroom-test-XXXXXX", base == NULL ? "/tmp" : base);
	if (mkdtemp(tempdir_path) == NULL) {
		perror("mkdtemp");
		exit(1);
	}
	(void)atexit(tempdir_remove);
	return tempdir_path;
}

/* "TEMPDIR/name", in one of several buffers used in turn. */
static inline const char *temp_path(const char *name)
{
	static char paths[8][512];
	static int next;
	char *path = paths[next++ % 8];

	(void)snprintf(path, sizeof(paths[0]), "%s/%s", tempdir_path, name);
	return path;
}

#endif
