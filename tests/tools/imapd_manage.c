/* SPDX-License-Identifier: ISC */
/* Folders are made, removed and renamed. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "imapd.h"

/* The only argument, as a path; NULL after an answer of BAD. */
static char *take_path(struct session *s)
{
	struct arg name = command_next(&s->command);

	if (name.p != NULL)
		return path_of(s, &name);
	finish(s, "BAD", "Error in IMAP command %s.", s->command.name);
	return NULL;
}

void run_create(struct session *s)
{
	char *path = take_path(s);
	size_t base = strlen(s->account->dir) + 1, len;

	if (path == NULL)
		return;
	len = strlen(path);
	if (len > 0 && path[len - 1] == '/')
		path[len - 1] = '\0';
	if (access(path, F_OK) == 0) {
		finish(s, "NO", "[ALREADYEXISTS] Mailbox already exists");
		free(path);
		return;
	}
	for (char *p = path + base; len > base && *p != '\0'; p++)
		if (*p == '/') {
			*p = '\0';
			(void)mkdir(path, 0777);
			*p = '/';
		}
	if (mkdir(path, 0777) == -1)
		finish(s, "NO", "[CANNOT] %s", strerror(errno));
	else
		finish(s, "OK", "Create completed.");
	free(path);
}

/* Its files, and the directory. */
static void remove_folder(const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *e;

	while (dir != NULL && (e = readdir(dir)) != NULL)
		if (e->d_type != DT_DIR)
			(void)unlinkat(dirfd(dir), e->d_name, 0);
	if (dir != NULL)
		(void)closedir(dir);
	(void)rmdir(path);
}

void run_delete(struct session *s)
{
	char *path = take_path(s);

	if (path == NULL)
		return;
	if (access(path, F_OK) == -1) {
		finish(s, "NO", "[NONEXISTENT] Mailbox doesn't exist");
	} else {
		remove_folder(path);
		note(s, "removed %s", path + strlen(s->account->dir) + 1);
		finish(s, "OK", "Delete completed.");
	}
	free(path);
}

void run_rename(struct session *s)
{
	char *from = take_path(s), *to = from == NULL ? NULL : take_path(s);

	if (to != NULL && access(to, F_OK) == 0)
		finish(s, "NO", "[ALREADYEXISTS] Mailbox already exists");
	else if (to != NULL && rename(from, to) == -1)
		finish(s, "NO", "[NONEXISTENT] %s", strerror(errno));
	else if (to != NULL)
		finish(s, "OK", "Rename completed.");
	free(from);
	free(to);
}

/* All folders are subscribed, always. */
void run_subscribe(struct session *s)
{
	char *path = take_path(s);

	if (path != NULL)
		finish(s, "OK", "Subscribe completed.");
	free(path);
}
