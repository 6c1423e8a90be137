/* SPDX-License-Identifier: ISC */
#include "util/privilege.h"

#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/io.h"
#include "util/xalloc.h"

#include "util/banned.h"

int privilege_become(const struct passwd *user, struct error *err)
{
	static const char *const xdg[] = {
		"XDG_CONFIG_HOME", "XDG_STATE_HOME",  "XDG_DATA_HOME",
		"XDG_CACHE_HOME",  "XDG_RUNTIME_DIR",
	};

	if (geteuid() != 0 || user->pw_uid == 0)
		return 0;
	if (initgroups(user->pw_name, user->pw_gid) == -1 ||
	    setgid(user->pw_gid) == -1 || setuid(user->pw_uid) == -1)
		return error_errno(err, ERR_TEMPORARY, "cannot become %s",
				   user->pw_name);
	/* Left as they are, they would lead programs to files of root. */
	for (size_t i = 0; i < sizeof(xdg) / sizeof(xdg[0]); i++)
		(void)unsetenv(xdg[i]);
	if (setenv("HOME", user->pw_dir, 1) == -1 ||
	    setenv("USER", user->pw_name, 1) == -1 ||
	    setenv("LOGNAME", user->pw_name, 1) == -1)
		return error_errno(err, ERR_TEMPORARY,
				   "cannot change the environment");
	return 0;
}

static int become_uid(uid_t uid, struct error *err)
{
	const struct passwd *user = getpwuid(uid);

	if (user == NULL)
		return error_set(err, ERR_TEMPORARY,
				 "there is no user with the number %ld",
				 (long)uid);
	return privilege_become(user, err);
}

static int not_alone(const char *path, struct error *err)
{
	return error_set(err, ERR_TEMPORARY,
			 "started by root, and other users can write to %s, "
			 "whose owner is root; use --user NAME",
			 path);
}

/* Cut "/a/b" to "/a", "/a" to "/". False: nothing is left to cut. */
static bool go_up(char *path)
{
	size_t len = strlen(path);

	if (len <= 1)
		return false;
	while (len > 1 && path[len - 1] == '/')
		len--;
	while (len > 1 && path[len - 1] != '/')
		len--;
	while (len > 1 && path[len - 1] == '/')
		len--;
	path[len] = '\0';
	return true;
}

/*
 * Look at `path` and what is above it, from below, links not followed. *uid_out
 * is the first owner that is not root. It stays 0 if all is root's; then it is
 * an error when others can put something else in the way.
 */
static int find_owner(const char *path, uid_t *uid_out, struct error *err)
{
	char *at = xstrdup(path);
	bool is_missing = false;
	int rc = 0;
	struct stat st;

	do {
		if (lstat(at, &st) == -1) {
			is_missing = true;
			continue;
		}
		*uid_out = st.st_uid;
		if (st.st_uid == 0 && S_ISDIR(st.st_mode) &&
		    (st.st_mode & (S_IWGRP | S_IWOTH)) != 0 &&
		    (is_missing || (st.st_mode & S_ISVTX) == 0))
			rc = not_alone(at, err);
		is_missing = false;
	} while (rc == 0 && *uid_out == 0 && go_up(at));
	free(at);
	return rc;
}

/* The path without links, as far as it exists. */
static char *resolve(const char *path)
{
	char *at = xstrdup(path), *real;
	struct buf b = BUF_INIT(2UL * IO_PATH_MAX);

	while ((real = realpath(at, NULL)) == NULL && go_up(at))
		;
	buf_addstr(&b, real == NULL ? "" : real);
	buf_addstr(&b, path + strlen(at));
	free(real);
	free(at);
	return buf_detach(&b);
}

int privilege_become_owner(const char *path, struct error *err)
{
	uid_t uid = 0;
	int rc;

	if (geteuid() != 0)
		return 0;
	rc = find_owner(path, &uid, err);
	/* Links of root may lead into a directory of a user. */
	if (rc == 0 && uid == 0) {
		char *real = resolve(path);

		rc = find_owner(real, &uid, err);
		free(real);
	}
	return rc == 0 && uid != 0 ? become_uid(uid, err) : rc;
}

int privilege_check_directory(const char *what, const char *path,
			      struct error *err)
{
	struct stat st;

	if (stat(path, &st) == -1)
		return error_errno(err, ERR_TEMPORARY, "cannot read %s", path);
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return error_set(err, ERR_PERSON,
				 "%s %s belongs to another user (uid %lu); run "
				 "postroom as that user, or change its owner",
				 what, path, (unsigned long)st.st_uid);
	if ((st.st_mode & S_IWOTH) != 0)
		return error_set(err, ERR_PERSON,
				 "everybody can write to %s %s; run: chmod 700 "
				 "%s",
				 what, path, path);
	return 0;
}

bool privilege_is_shared(const struct stat *file)
{
	const struct passwd *owner;
	const struct group *group;

	if ((file->st_mode & S_IWOTH) != 0)
		return true;
	if ((file->st_mode & S_IWGRP) == 0)
		return false;
	owner = getpwuid(file->st_uid);
	group = getgrgid(file->st_gid);
	if (owner == NULL || group == NULL || owner->pw_gid != group->gr_gid ||
	    strcmp(owner->pw_name, group->gr_name) != 0)
		return true;
	return group->gr_mem[0] != NULL &&
	       (strcmp(group->gr_mem[0], owner->pw_name) != 0 ||
		group->gr_mem[1] != NULL);
}
