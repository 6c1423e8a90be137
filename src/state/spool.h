/* SPDX-License-Identifier: ISC */
/*
 * The durable queue between receiving and sorting: a directory of files, and
 * a row for each in the state. A file without a row is not there yet; a row
 * is only written once its file is durable.
 *
 *	spool_open(&spool, dir, err);
 *	spool_batch_init(&batch, &spool);
 *	fd = spool_create(&spool, "a1", name, err);
 *	… write the message to fd …
 *	spool_batch_add(&batch, &fd, name, &received, err);
 *	if (spool_batch_is_full(&batch))
 *		spool_batch_commit(&batch, state, &n, err);	// T1
 *
 * File names are "PREFIX-RANDOM". A process that creates files holds the lock
 * of their prefix, so that spool_clean() can remove what a crash left.
 */
#ifndef STATE_SPOOL_H
#define STATE_SPOOL_H

#include <stdbool.h>
#include <stdint.h>

#include "state/received.h"
#include "util/error.h"

/* A prefix of at most 24 bytes, a dash, 16 random digits. */
#define SPOOL_NAME_MAX 64

/* The prefix of copies that `sort MAILDIR` makes. */
#define SPOOL_PREFIX_DISK "r"

/* A batch becomes durable at the first of these. */
#define SPOOL_BATCH_MAX	  256
#define SPOOL_BATCH_BYTES (16 * 1024 * 1024)
#define SPOOL_BATCH_MS	  1000

/*
 * Files of this size are written to disk at once, smaller ones with the sync.
 */
#define SPOOL_LARGE (64 * 1024)

/*
 * Up to this number files are synced one by one; more of them by a sync of the
 * file system.
 */
#define SPOOL_SINGLE_MAX 8

struct spool {
	char *dir;
	int fd;
};

/* The directory is created when missing. */
int spool_open(struct spool *spool, const char *dir, struct error *err);
void spool_close(struct spool *spool);

/* A new, empty file: its descriptor, and its name in name[]. -1 on error. */
int spool_create(struct spool *spool, const char *prefix,
		 char name[SPOOL_NAME_MAX], struct error *err);

/*
 * Open for reading. -1 on error; ERR_MESSAGE: there is no such file, or it is
 * no name of ours.
 */
int spool_read(struct spool *spool, const char *name, struct error *err);

/* Remove the file, if it is there, and its name is ours. */
void spool_remove(struct spool *spool, const char *name);

/* Remove files under `prefix` that no row needs. The caller holds its lock. */
int spool_clean(struct spool *spool, const char *prefix, struct state *state,
		struct error *err);

/* Is there any file in it, needed or not? False when it cannot be read. */
bool spool_has_files(const char *dir);

struct spool_entry {
	char name[SPOOL_NAME_MAX];
	int fd; /* -1 when closed already */
	struct received received;
};

struct spool_batch {
	struct spool *spool;
	struct spool_entry entries[SPOOL_BATCH_MAX];
	size_t n;
	uint64_t bytes;
	int64_t started; /* clock_ms() of the first entry */
};

void spool_batch_init(struct spool_batch *batch, struct spool *spool);

/*
 * Add a complete file; *fd becomes -1. received->spool is set here.
 * received->uidl must stay valid until the commit. On failure the batch is
 * abandoned.
 */
int spool_batch_add(struct spool_batch *batch, int *fd, const char *name,
		    const struct received *received, struct error *err);

/* Take an entry out of the batch, and remove its file. */
void spool_batch_remove(struct spool_batch *batch, size_t i);

bool spool_batch_is_full(const struct spool_batch *batch);

/*
 * T1: make files, directory and rows durable. *n_new_out counts messages that
 * were not known. The batch is empty afterwards, on failure, too; then the
 * commit may have happened or not, and the caller ends the session.
 */
int spool_batch_commit(struct spool_batch *batch, struct state *state,
		       size_t *n_new_out, struct error *err);

/* Drop the batch and remove its files. */
void spool_batch_abandon(struct spool_batch *batch);

#endif
