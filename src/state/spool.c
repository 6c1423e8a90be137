/* SPDX-License-Identifier: ISC */
#include "state/spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/hash.h"
#include "util/io.h"
#include "util/privilege.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Bytes of a prefix, which is letters and digits. */
#define PREFIX_MAX 24

int spool_open(struct spool *spool, const char *dir, struct error *err)
{
	spool->dir = NULL;
	spool->fd = -1;
	if (io_make_directory(dir, err) == -1 ||
	    privilege_check_directory("the spool", dir, err) == -1)
		return -1;
	spool->fd = io_open_directory(AT_FDCWD, dir, err);
	if (spool->fd == -1)
		return -1;
	spool->dir = xstrdup(dir);
	return 0;
}

void spool_close(struct spool *spool)
{
	io_close_quietly(&spool->fd);
	free(spool->dir);
	spool->dir = NULL;
}

int spool_create(struct spool *spool, const char *prefix,
		 char name[SPOOL_NAME_MAX], struct error *err)
{
	unsigned char random[8];
	char hex[17];
	int fd;

	do {
		hash_random(random, sizeof(random));
		hash_hex(random, sizeof(random), hex);
		(void)snprintf(name, SPOOL_NAME_MAX, "%.24s-%s", prefix, hex);
		fd = openat(spool->fd, name,
			    O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
			    0600);
	} while (fd == -1 && (errno == EEXIST || errno == EINTR));
	if (fd == -1)
		return error_errno(err, ERR_LOCAL,
				   "cannot create a file in the spool %s",
				   spool->dir);
	return fd;
}

/*
 * Is it a name as spool_create() makes it? The database may hold any other,
 * also a path to elsewhere: a fetcher writes it.
 */
static bool is_name(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789");

	return n > 0 && n <= PREFIX_MAX && name[n] == '-' &&
	       strlen(name + n + 1) == 16 &&
	       strspn(name + n + 1, "0123456789abcdef") == 16;
}

int spool_read(struct spool *spool, const char *name, struct error *err)
{
	int fd;

	/* A row without a name is an error, and must not be read as "gone". */
	if (name[0] == '\0')
		return error_set(err, ERR_TEMPORARY,
				 "a message has no file name in the spool %s",
				 spool->dir);
	if (!is_name(name))
		return error_set(err, ERR_MESSAGE,
				 "the database names a file that is none of "
				 "the spool %s",
				 spool->dir);
	fd = openat(spool->fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd == -1)
		return error_errno(err,
				   errno == ENOENT ? ERR_MESSAGE : ERR_LOCAL,
				   "cannot open %s/%s", spool->dir, name);
	return fd;
}

void spool_remove(struct spool *spool, const char *name)
{
	/* On failure spool_clean() removes it later: it has no row. */
	if (is_name(name))
		(void)unlinkat(spool->fd, name, 0);
}

/* Exactly PREFIX-XXXXXXXXXXXXXXXX? Files of other programs are left alone. */
static bool is_ours(const char *name, const char *prefix)
{
	size_t len = strlen(prefix);

	return strncmp(name, prefix, len) == 0 && name[len] == '-' &&
	       strlen(name + len + 1) == 16 &&
	       strspn(name + len + 1, "0123456789abcdef") == 16;
}

/*
 * Check again inside a transaction, where nobody else can write. A process that
 * is about to add the row checks in its transaction that the file is there.
 * This is safe even if someone removed the lock file that should keep the two
 * apart.
 */
static int remove_unneeded(struct spool *spool, const char *name,
			   struct state *state, struct error *err)
{
	int needed;

	if (state_begin(state, err) == -1)
		return -1;
	needed = state_needs_spool(state, name, err);
	if (needed == 0)
		spool_remove(spool, name);
	state_rollback(state);
	return needed == -1 ? -1 : 0;
}

static int clean_entries(struct spool *spool, DIR *dir, const char *prefix,
			 struct state *state, struct error *err)
{
	const struct dirent *entry;

	for (errno = 0; (entry = readdir(dir)) != NULL; errno = 0) {
		int needed;

		if (!is_ours(entry->d_name, prefix))
			continue;
		needed = state_needs_spool(state, entry->d_name, err);
		if (needed == -1)
			return -1;
		if (needed == 0 &&
		    remove_unneeded(spool, entry->d_name, state, err) == -1)
			return -1;
	}
	if (errno != 0)
		return error_errno(err, ERR_LOCAL, "cannot read %s",
				   spool->dir);
	return 0;
}

int spool_clean(struct spool *spool, const char *prefix, struct state *state,
		struct error *err)
{
	DIR *dir = opendir(spool->dir);
	int rc;

	if (dir == NULL)
		return error_errno(err, ERR_LOCAL, "cannot read %s",
				   spool->dir);
	rc = clean_entries(spool, dir, prefix, state, err);
	(void)closedir(dir);
	return rc;
}

bool spool_has_files(const char *dir)
{
	DIR *d = opendir(dir);
	const struct dirent *entry;
	bool found = false;

	while (d != NULL && !found && (entry = readdir(d)) != NULL)
		found = entry->d_name[0] != '.';
	if (d != NULL)
		(void)closedir(d);
	return found;
}

void spool_batch_init(struct spool_batch *batch, struct spool *spool)
{
	batch->spool = spool;
	batch->n = 0;
	batch->bytes = 0;
	batch->started = 0;
}

/*
 * While the batch is small its files stay open, to be synced one by one. In a
 * larger batch they are synced together.
 */
static int close_files(struct spool_batch *batch, struct error *err)
{
	int rc = 0;

	for (size_t i = 0; i < batch->n; i++) {
		struct spool_entry *entry = &batch->entries[i];

		if (entry->fd != -1 &&
		    io_close(&entry->fd, entry->name, err) == -1)
			rc = -1;
	}
	return rc;
}

int spool_batch_add(struct spool_batch *batch, int *fd, const char *name,
		    const struct received *received, struct error *err)
{
	struct spool_entry *entry = &batch->entries[batch->n];

	if (batch->n == 0)
		batch->started = clock_ms();
	(void)snprintf(entry->name, sizeof(entry->name), "%s", name);
	entry->fd = *fd;
	*fd = -1;
	entry->received = *received;
	entry->received.spool = entry->name;
	batch->n++;
	batch->bytes += received->size;
	/*
	 * Small files are left to the sync, which writes them together: written
	 * one by one, each is a request of its own to the disk.
	 */
	if (received->size >= SPOOL_LARGE)
		io_start_writeback(entry->fd);
	if (batch->n <= SPOOL_SINGLE_MAX || close_files(batch, err) == 0)
		return 0;
	/*
	 * The kernel reports a write error once: opened again, the file would
	 * seem to sync well.
	 */
	spool_batch_abandon(batch);
	return -1;
}

void spool_batch_remove(struct spool_batch *batch, size_t i)
{
	struct spool_entry *entry = &batch->entries[i];

	io_close_quietly(&entry->fd);
	spool_remove(batch->spool, entry->name);
	batch->bytes -= entry->received.size;
	batch->n--;
	memmove(entry, entry + 1, (batch->n - i) * sizeof(*entry));
	/* The name that a row gets is in the entry. */
	for (; i < batch->n; i++)
		batch->entries[i].received.spool = batch->entries[i].name;
}

bool spool_batch_is_full(const struct spool_batch *batch)
{
	return batch->n == SPOOL_BATCH_MAX ||
	       batch->bytes >= SPOOL_BATCH_BYTES ||
	       (batch->n > 0 && clock_ms() - batch->started >= SPOOL_BATCH_MS);
}

static int sync_one(struct spool_batch *batch, struct spool_entry *entry,
		    struct error *err)
{
	if (entry->fd == -1)
		entry->fd = spool_read(batch->spool, entry->name, err);
	if (entry->fd == -1)
		return -1;
	if (io_sync(entry->fd, entry->name, err) == -1)
		return -1;
	return io_close(&entry->fd, entry->name, err);
}

static int sync_files(struct spool_batch *batch, struct error *err)
{
	struct spool *spool = batch->spool;

	if (batch->n > SPOOL_SINGLE_MAX) {
		int rc = io_sync_filesystem(spool->fd, spool->dir, err);

		if (rc != 0)
			return rc == 1 ? 0 : -1;
	}
	for (size_t i = 0; i < batch->n; i++)
		if (sync_one(batch, &batch->entries[i], err) == -1)
			return -1;
	return io_sync(spool->fd, spool->dir, err);
}

static int add_rows(struct spool_batch *batch, struct state *state,
		    bool *is_new, struct error *err)
{
	for (size_t i = 0; i < batch->n; i++) {
		struct spool_entry *entry = &batch->entries[i];
		int rc;

		if (faccessat(batch->spool->fd, entry->name, F_OK,
			      AT_SYMLINK_NOFOLLOW) == -1)
			return error_errno(
				err, ERR_TEMPORARY,
				"another program removed %s/%s from the spool; "
				"the message will be tried again",
				batch->spool->dir, entry->name);
		rc = state_add_received(state, &entry->received, err);
		if (rc == -1)
			return -1;
		is_new[i] = rc == 1;
	}
	return 0;
}

static int commit_rows(struct spool_batch *batch, struct state *state,
		       size_t *n_new_out, struct error *err)
{
	bool is_new[SPOOL_BATCH_MAX] = {false};

	if (state_begin(state, err) == -1)
		return -1;
	if (state_end(state, add_rows(batch, state, is_new, err), err) == -1)
		return -1;
	*n_new_out = 0;
	for (size_t i = 0; i < batch->n; i++) {
		if (is_new[i])
			(*n_new_out)++;
		else
			spool_remove(batch->spool, batch->entries[i].name);
	}
	return 0;
}

int spool_batch_commit(struct spool_batch *batch, struct state *state,
		       size_t *n_new_out, struct error *err)
{
	int rc;

	*n_new_out = 0;
	if (batch->n == 0)
		return 0;
	if (sync_files(batch, err) == -1) {
		spool_batch_abandon(batch);
		return -1;
	}
	/* From here on a failed commit may have happened: keep the files. */
	rc = commit_rows(batch, state, n_new_out, err);
	for (size_t i = 0; i < batch->n; i++)
		io_close_quietly(&batch->entries[i].fd);
	spool_batch_init(batch, batch->spool);
	return rc;
}

void spool_batch_abandon(struct spool_batch *batch)
{
	for (size_t i = 0; i < batch->n; i++) {
		io_close_quietly(&batch->entries[i].fd);
		spool_remove(batch->spool, batch->entries[i].name);
	}
	spool_batch_init(batch, batch->spool);
}
