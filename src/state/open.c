/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "state/db.h"
#include "state/dir.h"
#include "state/schema.h"
#include "state/seal.h"
#include "state/state.h"
#include "util/io.h"
#include "util/lock.h"
#include "util/privilege.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* "post": distinguishes our database from those of other programs. */
#define APPLICATION_ID 0x706f7374

/* Is it empty, or a database that this postroom can read? */
static int check_version(struct state *s, int *version, struct error *err)
{
	struct db_mark mark;

	if (db_get_mark(s, &mark, err) == -1)
		return -1;
	*version = mark.version;
	/* Only damage makes a version negative. */
	if (mark.version < 0 ||
	    (mark.tables > 0 &&
	     (mark.version == 0 || mark.application != APPLICATION_ID)))
		return error_set(err, ERR_PERSON,
				 "%s is not a database of postroom; nothing "
				 "was changed. Move it away, or set 'state' to "
				 "another directory in the configuration",
				 s->path);
	if (*version > STATE_VERSION)
		return error_set(err, ERR_PERSON,
				 "%s was written by a newer postroom (version "
				 "%d of the database); nothing was changed. "
				 "Install a newer postroom",
				 s->path, *version);
	return 0;
}

/*
 * We make no triggers and no views: somebody else did, to change what is read
 * or written. They do not run, see db.c; but who made them may have made rows.
 */
static int check_schema(struct state *s, struct error *err)
{
	int strange;

	if (db_count_strange(s, &strange, err) == -1)
		return -1;
	if (strange == 0)
		return 0;
	return error_set(err, ERR_PERSON,
			 "%s holds triggers or views, which postroom never "
			 "makes; nothing was changed. Remove them if you made "
			 "them; else run postroom state rebuild",
			 s->path);
}

static int migrate_locked(struct state *s, struct error *err)
{
	int version;

	if (check_version(s, &version, err) == -1)
		return -1;
	for (int i = version; i < STATE_VERSION; i++)
		if (db_run(s, state_migrations[i], err) == -1)
			return -1;
	if (version == STATE_VERSION)
		return 0;
	return db_set_mark(s, APPLICATION_ID, STATE_VERSION, err);
}

static int migrate(struct state *s, struct error *err)
{
	int version;

	/* Usually there is nothing to do; this needs no write lock. */
	if (check_version(s, &version, err) == -1)
		return -1;
	if (version == STATE_VERSION)
		return 0;
	if (state_begin(s, err) == -1)
		return -1;
	return state_end(s, migrate_locked(s, err), err);
}

static int lost_database(const struct state *s, const char *dir,
			 struct error *err)
{
	return error_set(err, ERR_PERSON,
			 "%s is missing or empty, but postroom has used %s "
			 "before; nothing was fetched or deleted. Restore it "
			 "from a backup, or run postroom state rebuild to make "
			 "a new one from your folders",
			 s->path, dir);
}

/*
 * An empty database in place of a lost one would fetch everything again, and
 * the files in the spool would have no rows.
 */
static int check_not_lost(struct state *s, const char *dir, struct error *err)
{
	int version;

	if (check_version(s, &version, err) == -1)
		return -1;
	return version == 0 ? lost_database(s, dir, err) : 0;
}

/* SQLite would report a directory as a disk error. */
static int check_is_file(const struct state *s, struct error *err)
{
	struct stat st;

	if (stat(s->path, &st) == -1 || S_ISREG(st.st_mode))
		return 0;
	return error_set(err, ERR_PERSON,
			 "%s is not a file; nothing was changed. Move it away",
			 s->path);
}

static int open_for_writing(struct state *s, const char *dir, struct error *err)
{
	/*
	 * In this order: a process that starts at the same time may create the
	 * file, and then the locks, in between.
	 */
	bool is_used = state_dir_is_used(dir);
	bool is_new = access(s->path, F_OK) != 0;

	if (is_used && is_new)
		return lost_database(s, dir, err);
	if (check_is_file(s, err) == -1)
		return -1;
	if (db_open(s, DB_CREATE, err) == -1)
		return -1;
	if (is_used && check_not_lost(s, dir, err) == -1)
		return -1;
	if (check_schema(s, err) == -1)
		return -1;
	if (db_set_journal(s, state_dir_is_network(dir), err) == -1 ||
	    migrate(s, err) == -1)
		return -1;
	/* SQLite syncs it, too, but ignores errors. */
	return is_new ? io_sync_directory(dir, err) : 0;
}

/* Without a WAL: the file is renamed, and must be complete by itself. */
static int open_new(struct state *s, struct error *err)
{
	if (unlink(s->path) == -1 && errno != ENOENT)
		return error_errno(err, ERR_TEMPORARY, "cannot remove %s",
				   s->path);
	if (db_open(s, DB_CREATE, err) == -1 || db_set_durable(s, err) == -1)
		return -1;
	return migrate(s, err);
}

/*
 * All processes share this lock; only `state rebuild`, which replaces the file,
 * takes it exclusively.
 */
static int share_lock(struct state *s, const char *dir, struct error *err)
{
	struct buf path = BUF_INIT(4096);
	int rc;

	buf_addf(&path, "%s/" STATE_LOCK, dir);
	rc = lock_take(path.s, LOCK_SHARED, LOCK_TRY, &s->lock_fd, err);
	buf_release(&path);
	if (rc == 0)
		return error_set(err, ERR_TEMPORARY,
				 "%s is being rebuilt by another postroom; "
				 "try again when that is done",
				 s->path);
	return rc == -1 ? -1 : 0;
}

/*
 * A database that is missing is made in memory: dry runs write nothing. Returns
 * 1 when the file is of an older version: it must be migrated first.
 */
static int open_for_reading(struct state *s, const char *dir, bool salvage,
			    struct error *err)
{
	bool exists = access(s->path, F_OK) == 0;
	int version;

	if (!exists && state_dir_is_used(dir))
		return lost_database(s, dir, err);
	if (check_is_file(s, err) == -1)
		return -1;
	if (db_open(s, exists ? DB_READ : DB_MEMORY, err) == -1)
		return -1;
	if (!exists)
		return migrate(s, err);
	if (check_version(s, &version, err) == -1 ||
	    (!salvage && check_schema(s, err) == -1))
		return -1;
	return version == STATE_VERSION ? 0 : 1;
}

static int open_mode(struct state *s, const char *dir, enum state_mode mode,
		     struct error *err)
{
	if (mode == STATE_READ || mode == STATE_SALVAGE) {
		int rc = open_for_reading(s, dir, mode == STATE_SALVAGE, err);

		if (rc == -1 || rc == 0 || mode == STATE_SALVAGE)
			return rc == -1 ? -1 : 0;
		db_close(s);
	}
	if (io_make_directory(dir, err) == -1 ||
	    privilege_check_directory("the state directory", dir, err) == -1)
		return -1;
	if (mode == STATE_NEW)
		return open_new(s, err);
	return share_lock(s, dir, err) == -1 ? -1
					     : open_for_writing(s, dir, err);
}

int state_open(struct state **out, const char *dir, enum state_mode mode,
	       struct error *err)
{
	struct state *s = xcalloc(1, sizeof(*s));
	struct buf path = BUF_INIT(4096);
	mode_t mask = umask(077);
	int rc;

	buf_addf(&path, "%s/%s", dir,
		 mode == STATE_NEW ? STATE_FILE_NEW : STATE_FILE);
	s->path = buf_detach(&path);
	s->lock_fd = -1;
	rc = open_mode(s, dir, mode, err);
	(void)umask(mask);
	if (rc == -1) {
		state_close(s);
		return -1;
	}
	*out = s;
	return 0;
}

/*
 * No temporary files; its random numbers begin with those of a device; and the
 * WAL is open from its first reading on.
 */
static int stay_inside(struct state *s, struct error *err)
{
	return db_run(s,
		      "PRAGMA temp_store = MEMORY; SELECT randomblob(1);"
		      " SELECT count(*) FROM sqlite_master",
		      err);
}

int state_stay_inside(struct state *s, int *fd_out, struct error *err)
{
	bool has_log = false;
	char *path, *slash;

	*fd_out = -1;
	if (stay_inside(s, err) == -1 || db_has_log(s, &has_log, err) == -1)
		return -1;
	if (has_log)
		return 0;
	path = realpath(s->path, NULL);
	if (path == NULL)
		return error_errno(err, ERR_TEMPORARY, "cannot find %s",
				   s->path);
	slash = strrchr(path, '/');
	if (slash != NULL)
		slash[slash == path ? 1 : 0] = '\0';
	*fd_out = io_open_directory(AT_FDCWD, path, err);
	free(path);
	return *fd_out == -1 ? -1 : 0;
}

void state_leave(struct state *s)
{
	if (s != NULL && s->db != NULL)
		db_keep_log(s);
	state_close(s);
}

void state_close(struct state *s)
{
	if (s == NULL)
		return;
	db_close(s);
	io_close_quietly(&s->lock_fd);
	key_free(s->key);
	hash_free(s->hash);
	free(s->path);
	free(s);
}
