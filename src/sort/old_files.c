/* SPDX-License-Identifier: ISC */
#include "sort/old_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "maildir/find.h"
#include "util/io.h"
#include "util/log.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Removals recorded together: one sync of their directories, one commit. */
#define REMOVALS_MAX 256

#define CHUNK_SIZE 65536

struct removal {
	int64_t message;
	char *directory; /* where the file was; NULL: nothing was removed */
	bool done;
};

/* Are these the bytes that were filed? 1, 0, -1. */
static int compare(int fd, const struct queued *message, const char *path,
		   struct error *err)
{
	unsigned char digest[HASH_SIZE];
	char *chunk;
	struct stat st;
	struct hash *h;
	long n;

	if (fstat(fd, &st) == -1)
		return error_errno(err, ERR_TEMPORARY, "cannot read %s", path);
	if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size != message->size)
		return 0;
	chunk = xmalloc(CHUNK_SIZE);
	h = hash_new();
	while ((n = io_read(fd, chunk, CHUNK_SIZE, path, err)) > 0)
		hash_update(h, chunk, (size_t)n);
	hash_final(h, digest);
	hash_free(h);
	free(chunk);
	return n == -1 ? -1 : memcmp(digest, message->sha256, HASH_SIZE) == 0;
}

/* 1 the message is not there any more, 0 there was no such file, -1. */
static int remove_file(const char *path, const struct queued *message,
		       struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	int rc;

	if (fd == -1 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (fd == -1)
		return error_errno(err, ERR_TEMPORARY, "cannot open it");
	rc = compare(fd, message, path, err);
	io_close_quietly(&fd);
	if (rc == 0)
		log_info(
			"%s: the file has changed since it was filed, and stays",
			path);
	if (rc != 1)
		return rc == 0 ? 1 : -1;
	if (unlink(path) == 0)
		return 1;
	return errno == ENOENT
		       ? 0
		       : error_errno(err, ERR_TEMPORARY, "cannot remove it");
}

/*
 * Remove the message, also after a mail reader changed its flags or moved it
 * from new/ to cur/.
 */
static int remove_message(const char *origin, const struct queued *message,
			  char **directory_out, struct error *err)
{
	struct buf now = BUF_INIT(ORIGIN_MAX + 256);
	int rc;

	buf_addstr(&now, origin);
	rc = remove_file(now.s, message, err);
	buf_truncate(&now, 0);
	if (rc == 0 && maildir_find_renamed(origin, &now))
		rc = remove_file(now.s, message, err);
	else
		buf_addstr(&now, origin);
	*directory_out = xmemdup0(now.s, (size_t)(strrchr(now.s, '/') - now.s));
	buf_release(&now);
	return rc;
}

/* Log it once for each folder: there may be thousands of messages in it. */
static void complain(const char *directory, const struct error *trouble,
		     struct error *last)
{
	if (strcmp(last->text, directory) != 0)
		log_error("%s: the old file of a message that was filed "
			  "elsewhere is still there: %s; the next run tries "
			  "again",
			  directory, trouble->text);
	(void)error_set(last, ERR_TEMPORARY, "%s", directory);
}

/* Nobody removes a file that only a row names. */
static void refuse(const char *origin, struct removal *r)
{
	log_error("%s: the database says that this file was filed elsewhere, "
		  "but that was not written by postroom, or is damaged; the "
		  "file stays",
		  origin);
	r->directory = NULL;
	r->done = true;
}

static int remove_one(struct state *state, const char *origin,
		      struct removal *r, struct error *last, struct error *err)
{
	struct error trouble = ERROR_INIT;
	struct queued message;

	if (state_get_queued(state, r->message, &message, err) == -1)
		return -1;
	r->done =
		remove_message(origin, &message, &r->directory, &trouble) != -1;
	if (!r->done)
		complain(r->directory, &trouble, last);
	return 0;
}

/* A directory that is gone needs no sync. */
static int sync_directory(const char *path, struct error *err)
{
	struct stat st;

	if (stat(path, &st) == -1 ? errno == ENOENT || errno == ENOTDIR
				  : !S_ISDIR(st.st_mode))
		return 0;
	return io_sync_directory(path, err);
}

/* A removal that is not durable is not recorded. */
static void sync_all(struct removal *list, size_t n, struct error *last)
{
	const char *directory = NULL;
	int rc = 0;

	for (size_t i = 0; i < n; i++) {
		struct error trouble = ERROR_INIT;

		if (!list[i].done || list[i].directory == NULL)
			continue;
		if (directory == NULL ||
		    strcmp(directory, list[i].directory) != 0) {
			directory = list[i].directory;
			rc = sync_directory(directory, &trouble);
			if (rc == -1)
				complain(directory, &trouble, last);
		}
		list[i].done = rc == 0;
	}
}

static int record(struct state *state, const struct removal *list, size_t n,
		  struct error *err)
{
	int rc = 0;

	if (n == 0)
		return 0;
	if (state_begin(state, err) == -1)
		return -1;
	for (size_t i = 0; rc == 0 && i < n; i++)
		if (list[i].done)
			rc = state_set_stays(state, list[i].message, err);
	return state_end(state, rc, err);
}

/* Remove up to REMOVALS_MAX files, of messages after *after. */
static int remove_some(struct state *state, int64_t *after,
		       struct removal *list, size_t *n, struct error *last,
		       struct error *err)
{
	char origin[ORIGIN_MAX];
	bool forged;
	int rc = 1;

	while (*n < REMOVALS_MAX &&
	       (rc = state_next_moved(state, *after, after, origin, &forged,
				      err)) == 1) {
		list[*n].message = *after;
		if (forged)
			refuse(origin, &list[*n]);
		else if (remove_one(state, origin, &list[*n], last, err) == -1)
			return -1;
		(*n)++;
	}
	if (rc == -1)
		return -1;
	sync_all(list, *n, last);
	return record(state, list, *n, err);
}

int old_files_remove(struct state *state, struct old_files *left,
		     struct error *err)
{
	struct removal *list = xcalloc(REMOVALS_MAX, sizeof(*list));
	int64_t after = 0;
	size_t n;
	int rc;

	do {
		n = 0;
		rc = remove_some(state, &after, list, &n, &left->last, err);
		for (size_t i = 0; i < n; i++) {
			left->failed += !list[i].done;
			free(list[i].directory);
		}
	} while (rc == 0 && n == REMOVALS_MAX);
	free(list);
	return rc;
}

int old_files_is_pending(struct state *state, const char *path,
			 struct error *err)
{
	static const char *const parts[] = {"new", "cur"};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < 2; i++) {
		struct buf origin = BUF_INIT(ORIGIN_MAX);

		maildir_sibling(path, parts[i], &origin);
		rc = state_has_origin(state, origin.s, err);
		buf_release(&origin);
	}
	return rc;
}
