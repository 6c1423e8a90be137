/* SPDX-License-Identifier: ISC */
/* Delivering one message: by a link, or a copy where links do not reach. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "maildir/internal.h"
#include "util/io.h"

#include "util/banned.h"

static bool has_letters(const struct maildir_item *item)
{
	return item->flags != 0 || item->keywords[0] != '\0';
}

static void item_name(const struct maildir_item *item, struct buf *out)
{
	char letters[8];

	buf_addstr(out, item->base);
	if (!has_letters(item))
		return;
	maildir_flag_letters(item->flags, letters);
	buf_addf(out, ":2,%s%s", letters, item->keywords);
}

/* The name exists: is it this very file, from an earlier try? */
static int check_same(int fd_a, const char *a, int fd_b, const char *b,
		      const char *path, struct error *err)
{
	struct stat st_a, st_b;

	if (fstatat(fd_a, a, &st_a, AT_SYMLINK_NOFOLLOW) == 0 &&
	    fstatat(fd_b, b, &st_b, AT_SYMLINK_NOFOLLOW) == 0 &&
	    st_a.st_dev == st_b.st_dev && st_a.st_ino == st_b.st_ino)
		return 0;
	return error_set(err, ERR_TEMPORARY, "%s: another file has the name %s",
			 path, b);
}

static int copy_file(int spool_fd, const char *spool, int tmp_fd,
		     const char *base, const char *path, struct error *err)
{
	int from = openat(spool_fd, spool, O_RDONLY | O_CLOEXEC), to, rc;

	if (from == -1)
		return error_errno(err, ERR_TEMPORARY, "cannot open %s", spool);
	to = openat(tmp_fd, base, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		    0600);
	if (to == -1) {
		io_close_quietly(&from);
		return error_errno(err, ERR_TEMPORARY,
				   "cannot create a file in %s/tmp", path);
	}
	rc = io_copy(from, to, path, err);
	if (rc == 0)
		rc = io_sync(to, path, err);
	io_close_quietly(&from);
	if (rc == -1)
		io_close_quietly(&to);
	else
		rc = io_close(&to, path, err);
	return rc;
}

/*
 * Without hard links there is no witness. The move never replaces a file;
 * where the file system cannot promise that, the base is unique anyway.
 */
static int move_name(int tmp_fd, const char *base, int to_fd, const char *to,
		     const char *path, struct error *err)
{
	if (io_rename(tmp_fd, base, to_fd, to) == 0)
		return 0;
	return error_errno(err, ERR_TEMPORARY, "cannot deliver into %s", path);
}

/*
 * The spool cannot be linked from: it is on another file system, or this one
 * has no links. The bytes go to tmp/ first; that copy is then the witness.
 */
static int deliver_copy(struct maildir_folder *folder,
			const struct maildir_item *item, int to_fd,
			const char *to, struct error *err)
{
	int tmp_fd = maildir_open_part(folder->path, "tmp", err);
	int rc;

	if (tmp_fd == -1)
		return -1;
	(void)unlinkat(tmp_fd, item->base, 0); /* left by an earlier try */
	rc = copy_file(item->spool_fd, item->spool, tmp_fd, item->base,
		       folder->path, err);
	if (rc == 0)
		rc = io_sync(tmp_fd, folder->path, err);
	if (rc == 0 && linkat(tmp_fd, item->base, to_fd, to, 0) == -1) {
		if (errno == EEXIST)
			rc = error_set(err, ERR_TEMPORARY,
				       "%s: another file has the name %s",
				       folder->path, to);
		else
			rc = move_name(tmp_fd, item->base, to_fd, to,
				       folder->path, err);
	}
	if (rc == -1)
		(void)unlinkat(tmp_fd, item->base, 0);
	io_close_quietly(&tmp_fd);
	return rc;
}

/* Two file systems, or one without links or with no link left. */
static bool cannot_link(int reason)
{
	return reason == EXDEV || reason == EPERM || reason == EOPNOTSUPP ||
	       reason == EMLINK || reason == ENOSYS;
}

int maildir_deliver(struct maildir_folder *folder,
		    const struct maildir_item *item, struct error *err)
{
	int to_fd = has_letters(item) ? folder->cur_fd : folder->new_fd;
	struct buf name = BUF_INIT(MAILDIR_BASE_MAX + 48);
	int rc = 0;

	item_name(item, &name);
	if (linkat(item->spool_fd, item->spool, to_fd, name.s, 0) == -1) {
		if (errno == EEXIST)
			rc = check_same(item->spool_fd, item->spool, to_fd,
					name.s, folder->path, err);
		else if (cannot_link(errno))
			rc = deliver_copy(folder, item, to_fd, name.s, err);
		else
			rc = error_errno(err, ERR_TEMPORARY,
					 "cannot deliver into %s",
					 folder->path);
	}
	if (rc == 0 && !has_letters(item))
		folder->new_dirty = true;
	if (rc == 0 && has_letters(item))
		folder->cur_dirty = true;
	buf_release(&name);
	return rc;
}

void maildir_place(const struct maildir *m, const char *name,
		   const struct maildir_item *item, struct buf *path_out)
{
	char *folder = maildir_path(m, name);
	struct buf base = BUF_INIT(MAILDIR_BASE_MAX + 48);

	item_name(item, &base);
	buf_addf(path_out, "%s/%s/%s", folder,
		 has_letters(item) ? "cur" : "new", base.s);
	buf_release(&base);
	free(folder);
}

void maildir_forget(const struct maildir *m, const char *name, const char *base)
{
	struct buf copy = BUF_INIT(IO_PATH_MAX);
	char *path = maildir_path(m, name);

	buf_addf(&copy, "%s/tmp/%s", path, base);
	(void)unlink(copy.s);
	buf_release(&copy);
	free(path);
}
