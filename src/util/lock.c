/* SPDX-License-Identifier: ISC */
#include "util/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/io.h"

#include "util/banned.h"

int lock_is_there(int fd, const char *path, struct error *err)
{
	struct stat ours, there;

	if (fstat(fd, &ours) == 0 && lstat(path, &there) == 0)
		return ours.st_dev == there.st_dev &&
		       ours.st_ino == there.st_ino;
	if (errno == ENOENT)
		return 0;
	return error_errno(err, ERR_TEMPORARY, "cannot check the lock %s",
			   path);
}

static int take(int fd, const char *path, int command, short type,
		struct error *err)
{
	struct flock lock = {.l_type = type, .l_whence = SEEK_SET};

	while (fcntl(fd, command, &lock) == -1) {
		if (errno == EINTR)
			continue;
		if (errno == EAGAIN || errno == EACCES)
			return 0;
		return error_errno(err, ERR_TEMPORARY, "cannot lock %s", path);
	}
	return 1;
}

int lock_take(const char *path, enum lock_mode mode, enum lock_wait wait,
	      int *fd_out, struct error *err)
{
	short type = mode == LOCK_SHARED ? F_RDLCK : F_WRLCK;
	int command = wait == LOCK_WAIT ? F_OFD_SETLKW : F_OFD_SETLK;

	for (;;) {
		int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
			      0600);
		int rc, there;

		if (fd == -1)
			return error_errno(err, ERR_TEMPORARY,
					   "cannot open the lock %s", path);
		rc = take(fd, path, command, type, err);
		there = rc == 1 ? lock_is_there(fd, path, err) : rc;
		if (there == 1) {
			*fd_out = fd;
			return 1;
		}
		io_close_quietly(&fd);
		if (rc != 1 || there == -1)
			return there;
		/* Removed between open() and fcntl(): lock the new one. */
	}
}

int lock_is_taken(const char *path, struct error *err)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), rc;

	if (fd == -1 && errno == ENOENT)
		return 0;
	if (fd == -1)
		return error_errno(err, ERR_TEMPORARY,
				   "cannot open the lock %s", path);
	if (fcntl(fd, F_OFD_GETLK, &lock) == 0)
		rc = lock.l_type != F_UNLCK;
	else
		rc = error_errno(err, ERR_TEMPORARY, "cannot check the lock %s",
				 path);
	io_close_quietly(&fd);
	return rc;
}
