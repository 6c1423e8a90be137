/* SPDX-License-Identifier: ISC */
/* Recovery: finishing plans that a crash or a full disk left unfinished. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sort_work.h"
#include "util/io.h"
#include "util/log.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Looked at together: one sync of the folders and one commit. */
#define STEPS_MAX 256

/*
 * A step that was planned before a crash: done already, or to be done now?
 * -1 only when the state cannot be written.
 */
static int resume_one(struct sorter *s, struct delivery *step,
		      struct error *fatal)
{
	struct maildir_item item = sorter_item(s, step);
	struct maildir_folder *folder;
	struct error err = ERROR_INIT;
	bool unsure = false;
	int found;

	if (step->kind == DELIVERY_DISCARD || step->kind == DELIVERY_STAY) {
		step->done = true;
		return 0;
	}
	folder = maildir_folder(s->maildir, step->folder, &err);
	found = folder == NULL ? -1
			       : maildir_find(s->maildir, folder, &item,
					      &unsure, &err);
	if (found == -1 && folder != NULL && err.kind == ERR_MESSAGE)
		return sorter_lost(s, step->folder, step->message, err.text,
				   fatal);
	if (unsure)
		log_warning("%s: a message may have been delivered before a "
			    "crash; it is delivered again to be sure",
			    step->folder);
	if (found == 0)
		found = maildir_deliver(folder, &item, &err) == 0 ? 1 : -1;
	step->done = found == 1;
	if (found == -1)
		sorter_step_failed(s, &err);
	return 0;
}

static int resume_steps(struct sorter *s, struct delivery *steps, size_t n,
			struct error *err)
{
	for (size_t i = 0; i < n; i++)
		if (resume_one(s, &steps[i], err) == -1)
			return -1;
	if (maildir_sync(s->maildir, err) == -1 ||
	    state_begin(s->state, err) == -1)
		return -1;
	if (sorter_record(s, steps, n, err) == -1) {
		state_rollback(s->state);
		return -1;
	}
	if (state_commit(s->state, err) == -1)
		return -1;
	sorter_remove_files(s, steps, n);
	return 0;
}

/* Finish what an earlier sorter planned and did not record as done. */
int sorter_resume(struct sorter *s, struct error *err)
{
	struct delivery *steps = xcalloc(STEPS_MAX, sizeof(*steps));
	struct delivery after = {.message = 0, .n = -1};
	size_t n = 0;
	int rc = 0;

	do {
		rc = state_unfinished(s->state, &after, steps, STEPS_MAX, &n,
				      err);
		if (rc == 0 && n > 0)
			rc = resume_steps(s, steps, n, err);
		if (n > 0) {
			after.message = steps[n - 1].message;
			after.n = steps[n - 1].n;
		}
		for (size_t i = 0; i < n; i++)
			delivery_release(&steps[i]);
	} while (rc == 0 && n > 0);
	free(steps);
	return rc;
}

/* Removed by its reader, or under a new name because its flags changed. */
static void remove_renamed(const char *origin)
{
	char pattern[ORIGIN_MAX + 8];
	const char *slash = strrchr(origin, '/');
	const char *info = slash == NULL ? NULL : strstr(slash, ":2,");
	size_t len = info == NULL ? strlen(origin) : (size_t)(info - origin);
	glob_t found;

	(void)snprintf(pattern, sizeof(pattern), "%.*s:2,*", (int)len, origin);
	/* Names of Maildir hold no signs of a pattern; others are left. */
	if (strcspn(pattern, "*?[\\") != len + 3 ||
	    glob(pattern, GLOB_NOSORT, NULL, &found) != 0)
		return;
	if (found.gl_pathc == 1)
		(void)unlink(found.gl_pathv[0]);
	globfree(&found);
}

static int sync_directory(const char *directory, struct error *err)
{
	int fd = directory[0] == '\0'
			 ? -1
			 : io_open_directory(AT_FDCWD, directory, err);
	int rc;

	if (fd == -1)
		return directory[0] == '\0' ? 0 : -1;
	rc = io_sync(fd, directory, err);
	io_close_quietly(&fd);
	return rc;
}

/* Remove a file; the directory is synced when the next one is another. */
static int remove_one(const char *origin, char directory[ORIGIN_MAX],
		      struct error *err)
{
	const char *slash = strrchr(origin, '/');
	size_t len = slash == NULL ? 0 : (size_t)(slash - origin);
	int rc = 0;

	if (unlink(origin) == -1 && errno == ENOENT)
		remove_renamed(origin);
	if (strlen(directory) != len || strncmp(directory, origin, len) != 0)
		rc = sync_directory(directory, err);
	(void)snprintf(directory, ORIGIN_MAX, "%.*s", (int)len, origin);
	return rc;
}

static int record_removed(struct sorter *s, const int64_t *ids, size_t n,
			  struct error *err)
{
	if (n == 0)
		return 0;
	if (state_begin(s->state, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (state_set_stays(s->state, ids[i], err) == 0)
			continue;
		state_rollback(s->state);
		return -1;
	}
	return state_commit(s->state, err);
}

int sorter_remove_moved(struct sorter *s, struct error *err)
{
	char origin[ORIGIN_MAX], directory[ORIGIN_MAX] = "";
	int64_t ids[STEPS_MAX], id = 0;
	size_t n;
	int rc;

	do {
		n = 0;
		while (n < STEPS_MAX &&
		       (rc = state_next_moved(s->state, id, &id, origin,
					      err)) == 1) {
			if (remove_one(origin, directory, err) == -1)
				return -1;
			ids[n++] = id;
		}
		if (rc == -1 || sync_directory(directory, err) == -1 ||
		    record_removed(s, ids, n, err) == -1)
			return -1;
	} while (n == STEPS_MAX);
	return 0;
}
