/* SPDX-License-Identifier: ISC */
#include "state/rebuild.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mail/identity.h"
#include "maildir/maildir.h"
#include "state/admin.h"
#include "state/folders.h"
#include "state/found.h"
#include "state/queue.h"
#include "state/repair.h"
#include "state/spool.h"
#include "util/clock.h"
#include "util/io.h"
#include "util/lock.h"
#include "util/xalloc.h"

#include "util/banned.h"

struct rebuild {
	const struct rebuild_job *job;
	struct rebuild_result *result;
	struct state *fresh;
	struct spool spool;
	bool whole; /* all rows of the old database were copied */
};

/* The identity of a file's header, as the session computed it. */
static int identify(int fd, unsigned char out[HASH_SIZE], struct error *err)
{
	struct buf head = BUF_INIT(IDENTITY_HEAD_MAX);
	long n;

	(void)buf_reserve(&head, IDENTITY_HEAD_MAX);
	n = io_read(fd, head.s, IDENTITY_HEAD_MAX, "a message", err);
	if (n > 0)
		head.len = (size_t)n;
	buf_terminate(&head);
	if (n != -1)
		identity_of(buf_slice(&head), out);
	buf_release(&head);
	return n == -1 ? -1 : 0;
}

/* A file that another program removed meanwhile is skipped. */
static int take_name(void *context, int dir_fd, const char *name,
		     struct error *err)
{
	struct rebuild *r = context;
	unsigned char identity[HASH_SIZE];
	struct maildir_keys keys;
	int fd, rc;

	if (!maildir_read_base(name, &keys))
		return 0;
	fd = openat(dir_fd, name,
		    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd == -1)
		return 0;
	rc = identify(fd, identity, err);
	io_close_quietly(&fd);
	if (rc == 0)
		rc = state_add_found(r->fresh, keys.q, keys.c, identity, err);
	r->result->found += rc == 0;
	return rc;
}

/* Copy what can be read of the old database. */
static int salvage(struct rebuild *r, struct error *err)
{
	struct salvage salvage = {0};
	struct state *old = NULL;
	struct error unread = ERROR_INIT;
	int rc = 0;

	if (state_open(&old, r->job->state_dir, STATE_SALVAGE, &unread) == 0)
		rc = state_salvage(old, r->fresh, &salvage, err);
	state_close(old);
	r->result->salvaged = salvage.rows;
	/*
	 * An empty database does not show which files in the spool are needed.
	 */
	r->whole = salvage.whole && salvage.rows > 0;
	return rc;
}

static int hash_file(int fd, struct received *out, struct error *err)
{
	struct hash *h = hash_new();
	char chunk[65536];
	long n;

	while ((n = io_read(fd, chunk, sizeof(chunk), "the spool", err)) > 0) {
		hash_update(h, chunk, (size_t)n);
		out->size += (uint64_t)n;
	}
	hash_final(h, out->sha256);
	hash_free(h);
	if (n == -1 || lseek(fd, 0, SEEK_SET) == -1)
		return -1;
	return identify(fd, out->identity, err);
}

/*
 * A file in the spool without a row, which may be the only copy. If the server
 * still lists the message, receiving it again finds its content here.
 */
static int adopt_file(struct rebuild *r, const char *name, struct error *err)
{
	struct received received = {.now = clock_calendar_s()};
	unsigned char key[HASH_SIZE];
	int fd = spool_read(&r->spool, name, err), rc;

	if (fd == -1)
		return -1;
	rc = hash_file(fd, &received, err);
	received.listed_size = received.size;
	if (rc == 0)
		rc = state_has_content(r->fresh, received.sha256, err);
	/*
	 * An empty file was never written; one whose content is in a folder is
	 * not needed.
	 */
	if (rc != 0 || received.size == 0) {
		io_close_quietly(&fd);
		return rc == -1 ? -1 : 0;
	}
	state_make_anonymous_key(-(int64_t)r->result->adopted - 1, key);
	received.spool = name;
	if (io_sync(fd, name, err) == -1 ||
	    state_add_received(r->fresh, &received, err) == -1 ||
	    state_add_found(r->fresh, key, received.sha256, received.identity,
			    err) == -1)
		rc = -1;
	io_close_quietly(&fd);
	r->result->adopted += rc == 0;
	return rc;
}

/* Was it written by a session or by `deliver`? Other files are copies. */
static bool is_original(const char *name)
{
	size_t n = name[0] == 'a' ? 1 + strspn(name + 1, "0123456789") : 1;

	return (name[0] == 'a' || name[0] == 'd') && name[n] == '-' &&
	       strspn(name + n + 1, "0123456789abcdef") == 16 &&
	       strlen(name + n + 1) == 16;
}

static int adopt_spool(struct rebuild *r, struct error *err)
{
	struct dirent **names = NULL;
	int n = scandir(r->job->spool_dir, &names, NULL, alphasort), rc = 0;

	for (int i = 0; i < n; i++) {
		const char *name = names[i]->d_name;

		if (rc == 0 && is_original(name))
			rc = state_needs_spool(r->fresh, name, err) == 1
				     ? 0
				     : adopt_file(r, name, err);
		free(names[i]);
	}
	free(names);
	return rc;
}

/* Messages whose file is missing would wait for ever. */
static int forget_missing(struct rebuild *r, struct error *err)
{
	struct state_file file;
	int rc;

	while ((rc = state_files_next(r->fresh, &file, err)) == 1)
		if (faccessat(r->spool.fd, file.name, F_OK, 0) == -1 &&
		    errno == ENOENT &&
		    state_drop_message(r->fresh, file.message, err) == -1)
			return -1;
	return rc;
}

static int fill(struct rebuild *r, struct error *err)
{
	if (salvage(r, err) == -1 ||
	    folders_walk(r->job->maildir, take_name, r, err) == -1 ||
	    state_settle_found(r->fresh, &r->result->waiting, err) == -1 ||
	    forget_missing(r, err) == -1)
		return -1;
	/*
	 * A sound database has a row for each complete file. A database that
	 * the user does not trust (--force) may be an old copy.
	 */
	if ((!r->whole || r->job->force) && adopt_spool(r, err) == -1)
		return -1;
	return state_queue_length(r->fresh, &r->result->waiting, err);
}

static int make_new(struct rebuild *r, struct error *err)
{
	if (state_open(&r->fresh, r->job->state_dir, STATE_NEW, err) == -1 ||
	    spool_open(&r->spool, r->job->spool_dir, err) == -1 ||
	    state_begin(r->fresh, err) == -1)
		return -1;
	return state_end(r->fresh, fill(r, err), err);
}

/*
 * A sound database is not replaced, if anything is in it: there is nothing to
 * repair.
 */
static int refuse_sound(const struct rebuild_job *job, struct error *err)
{
	struct error unread = ERROR_INIT;
	struct state *old = NULL;
	struct stat st;
	char path[4096], text[200];
	int sound = 0;

	(void)snprintf(path, sizeof(path), "%s/" STATE_FILE, job->state_dir);
	if (stat(path, &st) == -1 || st.st_size == 0)
		return 0;
	if (state_open(&old, job->state_dir, STATE_SALVAGE, &unread) == 0)
		sound = state_check(old, text, sizeof(text), &unread);
	if (sound == 1 && state_is_new(old, &unread) == 1)
		sound = 0;
	state_close(old);
	if (sound != 1)
		return 0;
	return error_set(err, ERR_PERSON,
			 "%s is sound; nothing was changed. Use --force to "
			 "make a new one anyway",
			 path);
}

static int lock_state(const struct rebuild_job *job, int *lock,
		      struct error *err)
{
	struct buf path = BUF_INIT(4096);
	int rc;

	buf_addf(&path, "%s/" STATE_LOCK, job->state_dir);
	rc = io_make_directory(job->state_dir, err);
	if (rc == 0)
		rc = lock_take(path.s, LOCK_EXCLUSIVE, LOCK_TRY, lock, err);
	buf_release(&path);
	if (rc == 0)
		return error_set(err, ERR_TEMPORARY,
				 "another postroom is running; stop it first");
	return rc == 1 ? 0 : -1;
}

int rebuild_run(const struct rebuild_job *job, struct rebuild_result *result,
		struct error *err)
{
	struct rebuild r = {.job = job, .result = result};
	int lock = -1, rc;

	memset(result, 0, sizeof(*result));
	r.spool.fd = -1;
	rc = lock_state(job, &lock, err);
	if (rc == 0 && !job->force)
		rc = refuse_sound(job, err);
	if (rc == 0)
		rc = make_new(&r, err);
	spool_close(&r.spool);
	state_close(r.fresh);
	if (rc == 0)
		rc = state_replace(job->state_dir, result->aside, err);
	io_close_quietly(&lock);
	return rc;
}

static int look_for_ours(void *context, int dir_fd, const char *name,
			 struct error *err)
{
	struct maildir_keys keys;

	(void)context;
	(void)dir_fd;
	(void)err;
	return maildir_read_base(name, &keys) &&
	       !state_is_anonymous_key(keys.q);
}

int rebuild_is_missing(struct state *s, const char *maildir, struct error *err)
{
	struct error unread = ERROR_INIT;
	int rc = state_is_new(s, err);

	/* A folder that cannot be read may be of another program. */
	if (rc == 1)
		rc = folders_walk(maildir, look_for_ours, NULL, &unread) == 1;
	return rc;
}
