/* SPDX-License-Identifier: ISC */
#include "util/io.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Most messages are smaller: one read, one write. */
#define COPY_CHUNK (64 * 1024)

int io_write(int fd, const void *p, size_t len, const char *path,
	     struct error *err)
{
	const char *at = p;

	while (len > 0) {
		ssize_t n = write(fd, at, len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return error_errno(err, ERR_LOCAL, "cannot write %s",
					   path);
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

long io_read(int fd, void *p, size_t size, const char *path, struct error *err)
{
	size_t have = 0;

	while (have < size) {
		ssize_t n = read(fd, (char *)p + have, size - have);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return error_errno(err, ERR_LOCAL, "cannot read %s",
					   path);
		if (n == 0)
			break;
		have += (size_t)n;
	}
	return (long)have;
}

static int read_all(int fd, const char *path, struct buf *out,
		    struct error *err)
{
	for (;;) {
		size_t room = out->max - out->len;
		size_t want = room < COPY_CHUNK ? room : COPY_CHUNK;
		char probe;
		long n;

		if (room == 0) {
			n = io_read(fd, &probe, 1, path, err);
			if (n <= 0)
				return (int)n;
			return error_set(err, ERR_LOCAL,
					 "%s is larger than %zu bytes", path,
					 out->max);
		}
		if (!buf_reserve(out, want))
			return error_set(err, ERR_LOCAL, "%s is too large",
					 path);
		n = io_read(fd, out->s + out->len, want, path, err);
		if (n == -1)
			return -1;
		out->len += (size_t)n;
		buf_terminate(out);
		if ((size_t)n < want)
			return 0;
	}
}

int io_read_file(const char *path, struct buf *out, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int rc;

	if (fd == -1)
		return error_errno(err, ERR_LOCAL, "cannot open %s", path);
	rc = read_all(fd, path, out, err);
	io_close_quietly(&fd);
	return rc;
}

int io_close(int *fd, const char *path, struct error *err)
{
	int closing = *fd;

	*fd = -1;
	/* Linux closes the descriptor even when it returns EINTR. */
	if (close(closing) == -1 && errno != EINTR)
		return error_errno(err, ERR_LOCAL, "cannot close %s", path);
	return 0;
}

void io_close_quietly(int *fd)
{
	if (*fd != -1)
		(void)close(*fd);
	*fd = -1;
}

int io_sync(int fd, const char *path, struct error *err)
{
	while (fsync(fd) == -1) {
		if (errno != EINTR)
			return error_errno(err, ERR_LOCAL,
					   "cannot make %s durable", path);
	}
	return 0;
}

void io_start_writeback(int fd)
{
#ifdef SYNC_FILE_RANGE_WRITE
	(void)sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);
#else
	(void)fd;
#endif
}

/* Linux 5.8 and later report write-back errors from syncfs(). */
static bool syncfs_reports_errors(void)
{
	struct utsname name;
	long major, minor;
	char *end;

	if (uname(&name) != 0 || strcmp(name.sysname, "Linux") != 0)
		return false;
	major = strtol(name.release, &end, 10);
	if (*end != '.')
		return false;
	minor = strtol(end + 1, NULL, 10);
	return major > 5 || (major == 5 && minor >= 8);
}

/*
 * File systems whose syncfs() is known to do what fsync() does. FUSE returns
 * success without asking its server; network and stacked file systems promise
 * nothing.
 */
static bool syncfs_is_complete(int fd)
{
	static const unsigned long types[] = {
		0xef53UL /* ext2, ext3, ext4 */, 0x58465342UL /* XFS */,
		0x9123683eUL /* btrfs */,	 0xf2f52010UL /* F2FS */,
		0x01021994UL /* tmpfs */,
	};
	struct statfs fs;

	if (fstatfs(fd, &fs) != 0)
		return false;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (((unsigned long)fs.f_type & 0xffffffffUL) == types[i])
			return true;
	return false;
}

int io_sync_filesystem(int fd, const char *path, struct error *err)
{
#ifdef __linux__
	if (!syncfs_reports_errors() || !syncfs_is_complete(fd))
		return 0;
	while (syncfs(fd) == -1) {
		if (errno == ENOSYS)
			return 0;
		if (errno != EINTR)
			return error_errno(err, ERR_LOCAL,
					   "cannot make %s durable", path);
	}
	return 1;
#else
	(void)fd;
	(void)path;
	(void)err;
	return 0;
#endif
}

int io_wait(int fd, short events, int64_t deadline)
{
	struct pollfd p = {.fd = fd, .events = events};
	int rc;

	do
		rc = poll(&p, 1, clock_left(deadline));
	while (rc == -1 && errno == EINTR && clock_left(deadline) > 0);
	return rc == -1 && errno == EINTR ? 0 : rc;
}

bool io_is_writable(int fd, int *patience)
{
	int rc = io_wait(fd, POLLOUT, clock_ms() + *patience);

	*patience = rc < 1 ? 0 : IO_PATIENCE;
	return rc == 1;
}

int io_open_directory(int at, const char *path, struct error *err)
{
	int fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd == -1)
		return error_errno(err, ERR_LOCAL, "cannot open the folder %s",
				   path);
	return fd;
}

int io_sync_directory(const char *path, struct error *err)
{
	int fd = io_open_directory(AT_FDCWD, path, err), rc;

	if (fd == -1)
		return -1;
	rc = io_sync(fd, path, err);
	io_close_quietly(&fd);
	return rc;
}

int io_sync_parent(const char *path, struct error *err)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash == NULL ? 0 : (size_t)(slash - path);
	char *parent;
	int rc;

	if (slash == NULL)
		parent = xstrdup(".");
	else
		parent = xmemdup0(path, len == 0 ? 1 : len);
	rc = io_sync_directory(parent, err);
	free(parent);
	return rc;
}

static int make_one(const char *path, struct error *err)
{
	struct stat st;

	if (mkdir(path, 0700) == 0)
		return io_sync_parent(path, err);
	if (errno != EEXIST)
		return error_errno(err, ERR_LOCAL,
				   "cannot create the folder %s", path);
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return 0;
	return error_set(err, ERR_LOCAL, "%s exists and is not a folder", path);
}

int io_make_directory(const char *path, struct error *err)
{
	char *partial = xstrdup(path);
	size_t len = strlen(partial);
	int rc = 0;

	while (len > 1 && partial[len - 1] == '/')
		partial[--len] = '\0';
	if (access(partial, F_OK) == 0) {
		rc = make_one(partial, err);
		free(partial);
		return rc;
	}
	for (char *p = partial + 1; rc == 0 && *p != '\0'; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (access(partial, F_OK) != 0)
			rc = make_one(partial, err);
		*p = '/';
	}
	if (rc == 0)
		rc = make_one(partial, err);
	free(partial);
	return rc;
}

int io_rename(int from_fd, const char *from, int to_fd, const char *to)
{
	struct stat st;

	if (renameat2(from_fd, from, to_fd, to, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	if (linkat(from_fd, from, to_fd, to, 0) == 0)
		return unlinkat(from_fd, from, 0);
	if (errno == EEXIST)
		return -1;
	/* No links either. */
	if (fstatat(to_fd, to, &st, AT_SYMLINK_NOFOLLOW) == 0)
		errno = EEXIST;
	else if (errno == ENOENT)
		return renameat(from_fd, from, to_fd, to);
	return -1;
}

int io_copy_stream(int from, int to, const char *path, struct error *err)
{
	char *chunk = xmalloc(COPY_CHUNK);
	int rc = 0;
	long n;

	while (rc == 0 &&
	       (n = io_read(from, chunk, COPY_CHUNK, path, err)) != 0)
		rc = n == -1 ? -1 : io_write(to, chunk, (size_t)n, path, err);
	free(chunk);
	return rc;
}

int io_copy_from(int from, int64_t offset, int to, const char *path,
		 struct error *err)
{
	if (lseek(from, offset, SEEK_SET) == -1)
		return error_errno(err, ERR_LOCAL, "cannot read %s", path);
	return io_copy_stream(from, to, path, err);
}

int io_copy(int from, int to, const char *path, struct error *err)
{
	return io_copy_from(from, 0, to, path, err);
}
