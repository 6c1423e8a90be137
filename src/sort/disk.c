/* SPDX-License-Identifier: ISC */
#include "sort/disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "maildir/walk.h"
#include "rules/ruleset.h"
#include "sort/arrivals.h"
#include "sort/old_files.h"
#include "sort/preview.h"
#include "sort/sort.h"
#include "state/dir.h"
#include "state/key.h"
#include "state/spool.h"
#include "util/clock.h"
#include "util/escape.h"
#include "util/io.h"
#include "util/log.h"
#include "util/xalloc.h"

#include "util/banned.h"

struct disk {
	const struct sort_options *options;
	const struct disk_job *job;
	struct disk_result *result;
	struct previewer *previewer;
	struct maildir *maildir; /* where the rules file; NULL: none yet */
	struct sorter *sorter;	 /* this and the rest: not in a dry run */
	struct state *state;
	struct spool spool;
	struct spool_batch *batch;
	bool stuck; /* nothing can be removed from some directory; logged */
	bool by_arrival; /* list all messages first; or take them at once */
	struct arrivals arrivals;
	char **origins; /* paths of the batch: its rows borrow them until T1 */
};

/*
 * One sorter for all messages: it remembers the duplicates and the errors of
 * this run.
 */
static int drain(struct disk *d, bool finish, struct error *err)
{
	struct sort_result result = {0};
	int rc = 0;

	if (d->sorter == NULL)
		rc = sorter_open(&d->sorter, d->options, err);
	if (rc == 0)
		rc = sorter_drain(d->sorter, &result, err);
	if (rc == 0 && finish)
		rc = sorter_finish(d->sorter, &result, err);
	d->result->failed += result.failed;
	return rc;
}

static int commit(struct disk *d, struct error *err)
{
	size_t n;
	int rc = spool_batch_commit(d->batch, d->state, &n, err);

	strings_free(d->origins);
	d->origins = NULL;
	return rc == 0 ? drain(d, false, err) : -1;
}

/* Keep the mtime: IMAP servers show it as the time of arrival. */
static int copy_file(struct disk *d, int from, const struct stat *st, int to,
		     struct received *received, struct error *err)
{
	const struct timespec times[2] = {st->st_atim, st->st_mtim};
	char chunk[65536];
	struct hash *h;
	long n;

	if (io_copy(from, to, d->spool.dir, err) == -1 ||
	    lseek(to, 0, SEEK_SET) == -1)
		return -1;
	h = hash_new();
	while ((n = io_read(to, chunk, sizeof(chunk), d->spool.dir, err)) > 0) {
		hash_update(h, chunk, (size_t)n);
		received->size += (uint64_t)n;
	}
	hash_final(h, received->sha256);
	hash_free(h);
	(void)futimens(to, times);
	return n == -1 ? -1 : 0;
}

static int feed(struct disk *d, int from, const struct stat *st,
		const char *path, bool repeated, struct error *err)
{
	char name[SPOOL_NAME_MAX];
	struct received received = {.now = clock_calendar_s(),
				    .repeated = repeated};
	int to = spool_create(&d->spool, SPOOL_PREFIX_DISK, name, err), rc;

	if (to == -1)
		return -1;
	strings_add(&d->origins, path);
	for (char **p = d->origins; *p != NULL; p++)
		received.origin = *p;
	rc = copy_file(d, from, st, to, &received, err);
	received.listed_size = received.size;
	memcpy(received.identity, received.sha256, HASH_SIZE);
	if (rc == 0)
		rc = spool_batch_add(d->batch, &to, name, &received, err);
	else
		spool_remove(&d->spool, name);
	io_close_quietly(&to);
	if (rc == 0 && spool_batch_is_full(d->batch))
		rc = commit(d, err);
	return rc;
}

static void print_preview(const char *path, const struct preview *preview)
{
	struct buf line = BUF_INIT(8192);
	char text[8192 + ORIGIN_MAX];

	preview_describe(preview, &line);
	escape_to(text, sizeof(text), path, strlen(path));
	(void)printf("%s: %s\n", text, line.s);
	buf_release(&line);
}

/* Does it only stay, without a copy, a command or a change? */
static bool is_idle(const struct plan *plan)
{
	return plan->n == 1 && plan_stays(plan);
}

/*
 * Would anything be done with it? 1, 0, -1. *repeated_out: it is a duplicate of
 * what this run has seen.
 */
static int look(struct disk *d, int fd, const struct stat *st, const char *path,
		bool *repeated_out, struct error *err)
{
	const struct preview_look look = {
		.fd = fd,
		.size = (uint64_t)st->st_size,
		.account = d->job->account,
		.origin = path,
		.maildir = d->maildir,
	};
	struct preview preview;
	bool idle;

	if (previewer_look(d->previewer, &look, &preview, err) == -1)
		return -1;
	idle = is_idle(&preview.plan);
	*repeated_out = preview.repeated;
	if (preview.plan.trouble[0] != '\0') {
		log_warning("%s: %s cannot be judged: %s; it stays", path,
			    preview.answer.summary, preview.plan.trouble);
		d->result->failed++;
	} else if (d->job->dry_run &&
		   (!idle || log_get_level() >= LOG_LEVEL_WHY)) {
		print_preview(path, &preview);
	}
	preview_release(&preview);
	return idle ? 0 : 1;
}

/* A file that cannot be removed from its folder would be there twice. */
static bool may_take(struct disk *d, const char *path)
{
	struct buf directory = BUF_INIT(ORIGIN_MAX);
	bool may;

	buf_add(&directory, path, (size_t)(strrchr(path, '/') - path));
	may = access(directory.s, W_OK | X_OK) == 0;
	if (!may && !d->stuck)
		log_error("%s: nothing can be removed from this folder (%s), "
			  "so nothing is moved",
			  directory.s, strerror(errno));
	d->stuck |= !may;
	d->result->failed += !may;
	buf_release(&directory);
	return may;
}

/* A file that is gone was taken by another program: that is no error. */
static int take_file(struct disk *d, const char *path, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;
	bool trashed, repeated = false;
	int rc = 0;

	(void)maildir_flags_of(path, &trashed);
	if (fd == -1 || fstat(fd, &st) == -1 || !S_ISREG(st.st_mode) ||
	    trashed) {
		io_close_quietly(&fd);
		return 0;
	}
	if (!d->job->dry_run)
		rc = old_files_is_pending(d->state, path, err);
	if (rc == 0) {
		d->result->seen++;
		rc = look(d, fd, &st, path, &repeated, err);
		if (rc == 1 && !d->job->dry_run && !may_take(d, path))
			rc = 0;
		d->result->moved += rc == 1;
		if (rc == 1 && !d->job->dry_run)
			rc = feed(d, fd, &st, path, repeated, err);
	}
	io_close_quietly(&fd);
	return rc == -1 ? -1 : 0;
}

/* Take a message, or list it to be taken later. */
static int meet(struct disk *d, const char *path, struct error *err)
{
	if (!d->by_arrival)
		return take_file(d, path, err);
	arrivals_add(&d->arrivals, path);
	return 0;
}

/* The messages of new/ or cur/, in the order of their names. */
static int take_directory(struct disk *d, const char *folder, const char *part,
			  struct error *err)
{
	struct buf path = BUF_INIT(ORIGIN_MAX - 1);
	struct dirent **names = NULL;
	size_t len;
	int n, rc = 0;

	d->stuck = false;
	buf_addf(&path, "%s/%s/", folder, part);
	len = path.len;
	n = path.full ? 0 : scandir(path.s, &names, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		if (rc == 0 && names[i]->d_name[0] != '.') {
			buf_truncate(&path, len);
			buf_addstr(&path, names[i]->d_name);
			if (path.full)
				log_warning("%s: the name of a file is too "
					    "long; the file is left alone",
					    folder);
			else
				rc = meet(d, path.s, err);
			path.full = false;
		}
		free(names[i]);
	}
	free(names);
	buf_release(&path);
	return rc;
}

/*
 * The paths of the folders that the user named, by the layout of the Maildir.
 */
static int name_folders(const struct disk *d, char ***list, struct error *err)
{
	struct maildir *m = NULL;
	int rc = maildir_open(&m, d->job->path, d->options->layout,
			      d->options->encoding, err);

	for (size_t i = 0; rc == 0 && d->job->folders[i] != NULL; i++) {
		char *path = maildir_path(m, d->job->folders[i]);

		if (maildir_is_folder(path))
			strings_add(list, path);
		else
			rc = error_set(err, ERR_CONFIG,
				       "there is no folder %s (%s)",
				       d->job->folders[i], path);
		free(path);
	}
	maildir_close(m);
	return rc;
}

static int take_folders(struct disk *d, struct error *err)
{
	char **list = NULL;
	int rc = 0;

	if (d->job->folders != NULL && d->job->folders[0] != NULL)
		rc = name_folders(d, &list, err);
	else /* list them before moving: mail that is filed is not seen again */
		maildir_walk(d->job->path, &list);
	if (rc == 0 && list == NULL)
		rc = error_set(err, ERR_CONFIG,
			       "%s is not a Maildir and contains none",
			       d->job->path);
	for (size_t i = 0; rc == 0 && list != NULL && list[i] != NULL; i++) {
		rc = take_directory(d, list[i], "new", err);
		if (rc == 0)
			rc = take_directory(d, list[i], "cur", err);
	}
	strings_free(list);
	arrivals_sort(&d->arrivals);
	for (size_t i = 0; rc == 0 && i < d->arrivals.n; i++)
		rc = take_file(d, d->arrivals.list[i].path, err);
	return rc;
}

static int sort_all(struct disk *d, struct error *err)
{
	int rc;

	if (d->job->dry_run)
		return take_folders(d, err);
	/* Finish first what an earlier run began. */
	if (spool_clean(&d->spool, "r", d->state, err) == -1 ||
	    drain(d, false, err) == -1)
		return -1;
	rc = take_folders(d, err);
	if (rc == 0)
		rc = commit(d, err);
	else
		spool_batch_abandon(d->batch);
	return rc == 0 ? drain(d, true, err) : -1;
}

/*
 * One process at a time: all use the same prefix for their files in the spool.
 */
static int open_all(struct disk *d, int *lock, struct error *err)
{
	int rc;

	if (d->job->dry_run)
		return 0;
	if (state_open(&d->state, d->options->state_dir, STATE_WRITE, err) ==
		    -1 ||
	    state_load_key(d->state, d->options->state_dir, err) == -1 ||
	    spool_open(&d->spool, d->options->spool_dir, err) == -1)
		return -1;
	rc = state_dir_lock(d->options->state_dir, DISK_LOCK, LOCK_EXCLUSIVE,
			    LOCK_TRY, lock, err);
	if (rc == 0)
		return error_set(err, ERR_TEMPORARY,
				 "another postroom is sorting mail on disk; "
				 "try again when it is done");
	return rc == 1 ? 0 : -1;
}

int disk_sort(const struct sort_options *options, const struct disk_job *job,
	      struct disk_result *result, struct error *err)
{
	struct disk d = {.options = options, .job = job, .result = result};
	int lock = -1, rc = 0;

	memset(result, 0, sizeof(*result));
	d.spool.fd = -1;
	d.by_arrival = ruleset_uses_duplicates(options->rules);
	d.previewer = previewer_new(options, false);
	d.batch = xcalloc(1, sizeof(*d.batch));
	spool_batch_init(d.batch, &d.spool);
	if (access(options->maildir, F_OK) == 0)
		rc = maildir_open(&d.maildir, options->maildir, options->layout,
				  options->encoding, err);
	if (rc == 0 && open_all(&d, &lock, err) == 0)
		rc = sort_all(&d, err);
	else
		rc = -1;
	sorter_close(d.sorter);
	io_close_quietly(&lock);
	previewer_free(d.previewer);
	maildir_close(d.maildir);
	spool_close(&d.spool);
	state_close(d.state);
	strings_free(d.origins);
	arrivals_release(&d.arrivals);
	free(d.batch);
	return rc;
}
