/* SPDX-License-Identifier: ISC */
/*
 * Fetching stops before the disk is full: the sorter and other programs need
 * room, too, and mail is as safe on its server.
 */
#include "fetch/room.h"

#include <sys/statvfs.h>

#include "fetch/internal.h"
#include "util/value.h"

#include "util/banned.h"

/* The default: a twentieth of the file system, and no more than this. */
#define SHARE	 5
#define KEEP_MAX ((uint64_t)100 * 1024 * 1024)

struct room {
	const char *path;    /* where there is the least */
	uint64_t left, keep; /* bytes above min-free, and min-free */
};

static void look(struct room *room, const char *path, uint64_t min_free)
{
	struct statvfs fs;
	uint64_t keep = min_free, bytes, left;

	/* A path that does not exist yet, or has no size, has no limit. */
	if (path == NULL || statvfs(path, &fs) == -1 || fs.f_blocks == 0)
		return;
	bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
	if (min_free == FETCH_MIN_FREE_AUTO) {
		keep = (uint64_t)fs.f_blocks / 100 * SHARE * fs.f_frsize;
		keep = keep < KEEP_MAX ? keep : KEEP_MAX;
	}
	left = bytes > keep ? bytes - keep : 0;
	if (room->path == NULL || left < room->left)
		*room = (struct room){path, left, keep};
}

static struct room find(const struct fetch *f)
{
	const struct fetch_job *job = f->job;
	struct room room = {.left = UINT64_MAX};

	if (job->min_free != 0 && !f->dry) {
		look(&room, job->spool_dir, job->min_free);
		look(&room, job->maildir, job->min_free);
	}
	return room;
}

int fetch_no_room(const struct fetch *f, struct error *err)
{
	struct room room = find(f);
	struct buf keep = BUF_INIT(32);

	value_show_size(room.keep, &keep);
	(void)error_set(err, ERR_LOCAL,
			"the disk of %s is nearly full: less than %s would be "
			"free (min-free); mail stays on the server until there "
			"is more room",
			room.path == NULL ? f->job->spool_dir : room.path,
			keep.s);
	buf_release(&keep);
	return -1;
}

int fetch_check_room(const struct fetch *f, struct error *err)
{
	return find(f).left == 0 ? fetch_no_room(f, err) : 0;
}

size_t fetch_fitting(const struct fetch *f,
		     const struct mailbox_entry *const *list, size_t n)
{
	uint64_t left = find(f).left;

	for (size_t i = 0; i < n; i++) {
		if (list[i]->size > left)
			return i;
		left -= list[i]->size;
	}
	return n;
}
