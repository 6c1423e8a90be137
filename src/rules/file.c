/* SPDX-License-Identifier: ISC */
#include "rules/file.h"

#include <fcntl.h>

#include "util/io.h"

#include "util/banned.h"

/* Never waits: it may be a FIFO. */
static int open_file(struct rule_file *file, struct error *err)
{
	int fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd == -1)
		return error_errno(err, ERR_CONFIG, "cannot read %s",
				   file->path);
	if (fstat(fd, &file->stat) == 0 && S_ISREG(file->stat.st_mode))
		return fd;
	io_close_quietly(&fd);
	return error_set(err, ERR_CONFIG, "%s is not a file", file->path);
}

int rule_file_read(struct rule_file *file, const char *what, struct buf *out,
		   struct error *err)
{
	int fd = open_file(file, err);
	uint64_t size = (uint64_t)file->stat.st_size;
	long n;

	if (fd == -1)
		return -1;
	if (file->stat.st_size < 0 || size > out->max ||
	    !buf_reserve(out, (size_t)size)) {
		io_close_quietly(&fd);
		return error_set(err, ERR_CONFIG, "%s: %s has at most %zu KiB",
				 file->path, what, out->max >> 10);
	}
	n = io_read(fd, out->s, (size_t)size, file->path, err);
	io_close_quietly(&fd);
	if (n == -1) {
		err->kind = ERR_CONFIG;
		return -1;
	}
	out->len = (size_t)n;
	buf_terminate(out);
	return 0;
}

bool rule_file_changed(const struct rule_file *file)
{
	struct stat now;

	return stat(file->path, &now) == 0 &&
	       (now.st_ino != file->stat.st_ino ||
		now.st_dev != file->stat.st_dev ||
		now.st_size != file->stat.st_size ||
		now.st_mtim.tv_sec != file->stat.st_mtim.tv_sec ||
		now.st_mtim.tv_nsec != file->stat.st_mtim.tv_nsec);
}
