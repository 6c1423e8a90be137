/* SPDX-License-Identifier: ISC */
#include "state/key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "state/columns.h"
#include "state/delivery.h"
#include "state/dir.h"
#include "state/seal.h"
#include "util/hash.h"
#include "util/io.h"

#include "util/banned.h"

#define KEY_FILE_NEW KEY_FILE ".new"

/* Two processes that both find no key would seal with two. */
#define KEY_LOCK KEY_FILE ".lock"

static int damaged(const char *path, const char *what, struct error *err)
{
	return error_set(err, ERR_PERSON,
			 "%s %s; nothing was sorted. Put it back from a "
			 "backup, or remove it: the next run makes another, "
			 "and believes what is in the database",
			 path, what);
}

static int check(int fd, const char *path, struct error *err)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return error_errno(err, ERR_TEMPORARY, "cannot read %s", path);
	if (!S_ISREG(st.st_mode) || st.st_size != KEY_SIZE)
		return damaged(path, "is not a key of postroom", err);
	if (st.st_uid != geteuid() || (st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		return damaged(path,
			       "belongs to another user, or others can read it",
			       err);
	return 0;
}

/* 1 it is read, 0 there is none, -1. */
static int read_key(struct state *s, const char *path, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	long n = 0;
	int rc;

	if (fd == -1 && errno == ENOENT)
		return 0;
	if (fd == -1)
		return error_errno(err, ERR_PERSON, "cannot read %s", path);
	rc = check(fd, path, err);
	if (rc == 0)
		n = io_read(fd, key_bytes(s->key), KEY_SIZE, path, err);
	io_close_quietly(&fd);
	if (rc == -1 || n == -1)
		return -1;
	if (n != KEY_SIZE)
		return damaged(path, "is not a key of postroom", err);
	key_is_ready(s->key);
	return 1;
}

/* Make the file durable under another name. */
static int write_key(struct state *s, const char *path, struct error *err)
{
	int fd, rc;

	/* A process that was killed has left it; we hold the lock. */
	if (unlink(path) == -1 && errno != ENOENT)
		return error_errno(err, ERR_LOCAL, "cannot remove %s", path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
		  0600);
	if (fd == -1)
		return error_errno(err, ERR_LOCAL, "cannot create %s", path);
	rc = io_write(fd, key_bytes(s->key), KEY_SIZE, path, err);
	if (rc == 0)
		rc = io_sync(fd, path, err);
	if (io_close(&fd, path, err) == -1)
		rc = -1;
	return rc;
}

static int seal_steps(struct state *s, struct error *err)
{
	struct query *q = query(s, DELIVERY_COLUMNS
				" ORDER BY delivery.message, delivery.n");
	int rc;

	while ((rc = query_step(q, err)) == 1) {
		struct sealed_step step = delivery_values(q);
		struct query *write = query(s, "UPDATE delivery SET seal = ?"
					       " WHERE message = ? AND n = ?");

		seal_bind_step(s, write, 1,
			       delivery_is_done(q) ? SEAL_DONE : SEAL_STEP,
			       &step);
		query_bind_int(write, 2, step.message);
		query_bind_int(write, 3, step.n);
		if (query_run(write, err) == -1) {
			query_reset(q);
			return -1;
		}
	}
	query_reset(q);
	return rc;
}

static int seal_origins(struct state *s, struct error *err)
{
	struct query *q =
		query(s, "SELECT id, size, sha256, origin, state = " SQL_DONE
			 " FROM msg WHERE origin IS NOT NULL");
	int rc;

	while ((rc = query_step(q, err)) == 1) {
		const struct sealed_origin origin = {
			query_int(q, 0), query_int(q, 1), query_blob(q, 2),
			query_text(q, 3)};
		struct query *write =
			query(s, "UPDATE msg SET seal = ? WHERE id = ?");

		seal_bind_origin(s, write, 1,
				 query_int(q, 4) != 0 ? SEAL_FILED
						      : SEAL_ORIGIN,
				 &origin);
		query_bind_int(write, 2, origin.message);
		if (query_run(write, err) == -1) {
			query_reset(q);
			return -1;
		}
	}
	query_reset(q);
	return rc;
}

/* Seal all rows, in the transaction of the caller. */
static int seal_all(struct state *s, struct error *err)
{
	return seal_steps(s, err) == -1 ? -1 : seal_origins(s, err);
}

/*
 * The name comes last: before it is there, each start seals all rows again. So
 * a process that is killed in between leaves nothing that is refused.
 */
static int make_key(struct state *s, const char *dir, const char *path,
		    struct error *err)
{
	char new[IO_PATH_MAX + 1];

	(void)snprintf(new, sizeof(new), "%s/" KEY_FILE_NEW, dir);
	hash_random(key_bytes(s->key), KEY_SIZE);
	key_is_ready(s->key);
	if (write_key(s, new, err) == -1 || state_begin(s, err) == -1 ||
	    state_end(s, seal_all(s, err), err) == -1)
		return -1;
	if (rename(new, path) == -1)
		return error_errno(err, ERR_LOCAL, "cannot rename %s", new);
	return io_sync_directory(dir, err);
}

static int load(struct state *s, const char *dir, bool may_make,
		struct error *err)
{
	char path[IO_PATH_MAX + 1];
	int lock = -1, rc;

	(void)snprintf(path, sizeof(path), "%s/" KEY_FILE, dir);
	s->key = key_new();
	s->hash = hash_new();
	rc = read_key(s, path, err);
	if (rc != 0 || !may_make) {
		s->trusts_rows = rc == 0;
		return rc == -1 ? -1 : 0;
	}
	if (state_dir_lock(dir, KEY_LOCK, LOCK_EXCLUSIVE, LOCK_WAIT, &lock,
			   err) == -1)
		return -1;
	rc = read_key(s, path, err);
	if (rc == 0)
		rc = make_key(s, dir, path, err);
	io_close_quietly(&lock);
	return rc == -1 ? -1 : 0;
}

int state_load_key(struct state *s, const char *dir, struct error *err)
{
	return load(s, dir, true, err);
}

int state_read_key(struct state *s, const char *dir, struct error *err)
{
	return load(s, dir, false, err);
}
