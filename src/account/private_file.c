/* SPDX-License-Identifier: ISC */
#include "account/private_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/io.h"

#include "util/banned.h"

static int open_error(const char *path, struct error *err)
{
	bool lasts = errno == ENOENT || errno == ENOTDIR || errno == EACCES ||
		     errno == EPERM || errno == ELOOP || errno == ENXIO ||
		     errno == ENAMETOOLONG;

	return error_errno(err, lasts ? ERR_PERSON : ERR_TEMPORARY,
			   "cannot read %s", path);
}

static int check_mode(const struct stat *st, const char *path,
		      struct error *err)
{
	if (st->st_uid != geteuid() && st->st_uid != 0)
		return error_set(err, ERR_PERSON,
				 "%s holds a password and belongs to another "
				 "user",
				 path);
	if ((st->st_mode & (S_IRWXG | S_IRWXO)) != 0)
		return error_set(err, ERR_PERSON,
				 "%s holds a password and others can read it; "
				 "run: chmod 600 %s",
				 path, path);
	return 0;
}

static int check(int fd, const char *path, bool shared, struct error *err)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return error_errno(err, ERR_TEMPORARY, "cannot read %s", path);
	if (!S_ISREG(st.st_mode))
		return error_set(err, ERR_PERSON, "%s is not a regular file",
				 path);
	return shared ? 0 : check_mode(&st, path, err);
}

/* A byte order mark, which editors write: skip it, or say what it means. */
static int skip_mark(struct buf *out, size_t start, const char *path,
		     struct error *err)
{
	char *p = out->s + start;
	size_t len = out->len - start;

	if (len >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0) {
		memmove(p, p + 3, len - 3);
		explicit_bzero(p + len - 3, 3);
		buf_truncate(out, out->len - 3);
	} else if (len >= 2 && (memcmp(p, "\xff\xfe", 2) == 0 ||
				memcmp(p, "\xfe\xff", 2) == 0)) {
		return error_set(err, ERR_PERSON,
				 "%s is UTF-16 text; save it as UTF-8", path);
	}
	return 0;
}

int private_file_read(const char *path, bool shared, struct buf *out,
		      struct error *err)
{
	/* O_NONBLOCK: a FIFO without a writer would block the open. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	size_t start = out->len, room = out->max - out->len;
	long n = 0;
	int rc;

	if (fd == -1)
		return open_error(path, err);
	rc = check(fd, path, shared, err);
	if (rc == 0 && buf_reserve(out, room)) {
		n = io_read(fd, out->s + start, room, path, err);
		rc = n == -1 ? -1 : 0;
	}
	io_close_quietly(&fd);
	if (rc == -1)
		return -1;
	out->len += (size_t)n;
	buf_terminate(out);
	return skip_mark(out, start, path, err);
}
