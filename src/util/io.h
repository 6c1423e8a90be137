/* SPDX-License-Identifier: ISC */
/*
 * Files without the traps: interrupted calls are repeated, short writes
 * continued, a close() that fails is an error, and a name is only durable
 * once its directory was synced.
 *
 * Functions take the path (or any name) that errors shall show. Errors of the
 * file system are ERR_LOCAL: a full disk is mended, and mail waits.
 */
#ifndef UTIL_IO_H
#define UTIL_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"
#include "util/error.h"

/* Bytes of a path, as Linux takes it: PATH_MAX without the NUL. */
#define IO_PATH_MAX 4095

/* Write all of it. */
int io_write(int fd, const void *p, size_t len, const char *path,
	     struct error *err);

/* Read up to `size` bytes, less only at the end of the file. -1 on error. */
long io_read(int fd, void *p, size_t size, const char *path, struct error *err);

/* Read a whole file into `out`; more than out->max bytes is an error. */
int io_read_file(const char *path, struct buf *out, struct error *err);

/* close() with its result looked at; *fd becomes -1 in any case. */
int io_close(int *fd, const char *path, struct error *err);

/* close() where nothing was written; *fd becomes -1. -1 is accepted. */
void io_close_quietly(int *fd);

/* fsync() of a file or of a directory. A failed one is never repeated. */
int io_sync(int fd, const char *path, struct error *err);

/*
 * Have the kernel start to write the file back, without waiting. This is a
 * hint only: it makes the later io_sync() cheap.
 */
void io_start_writeback(int fd);

/*
 * Make everything on the file system of `fd` durable, files and names alike.
 * Returns 1 when done, 0 when this kernel or this kind of file system cannot
 * be relied on for that (the caller then syncs file by file), -1 on error.
 */
int io_sync_filesystem(int fd, const char *path, struct error *err);

/*
 * Wait for one of these poll() events on `fd`. Calls that are interrupted are
 * continued, but not past `deadline` (of clock_ms()). Returns 1 when there is
 * one, 0 at the deadline, -1 with errno.
 */
int io_wait(int fd, short events, int64_t deadline);

/*
 * May something be written to `fd` now? A pipe whose reader sleeps, or a
 * terminal that was stopped, is waited for once, for some seconds; then no
 * more until it takes something again. *patience is IO_PATIENCE at first.
 */
#define IO_PATIENCE 5000
bool io_is_writable(int fd, int *patience);

/* Open a directory to work in it. Returns the descriptor or -1. */
int io_open_directory(int at, const char *path, struct error *err);

/*
 * Make the names in a directory durable, or in the directory that holds
 * `path`, for example after path was created or renamed.
 */
int io_sync_directory(const char *path, struct error *err);
int io_sync_parent(const char *path, struct error *err);

/*
 * Create the directory and its missing parents, mode 0700, each made durable
 * in its parent. An existing one is fine.
 */
int io_make_directory(const char *path, struct error *err);

/*
 * rename() that takes a name from nobody: -1 with EEXIST in errno. NFS, some
 * FUSE and old kernels do not know that; a link is made there, and without
 * links the name is looked for first.
 */
int io_rename(int from_fd, const char *from, int to_fd, const char *to);

/* Copy `from`, as far as it goes, to `to`; it may be a pipe. */
int io_copy_stream(int from, int to, const char *path, struct error *err);

/* Copy `from` (from its start, or from an offset) to `to`. */
int io_copy(int from, int to, const char *path, struct error *err);
int io_copy_from(int from, int64_t offset, int to, const char *path,
		 struct error *err);

#endif
