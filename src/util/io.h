/* SPDX-License-Identifier: ISC */
/*
 * Files without the traps: interrupted calls are repeated, short writes are
 * continued, a failing close() is an error, and a name is durable only after
 * its directory was synced.
 *
 * Functions take the path (or any name) that an error shall show. Errors of
 * the file system are ERR_LOCAL: mail waits until the disk is repaired.
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

/* close(), with its result checked; *fd becomes -1 in any case. */
int io_close(int *fd, const char *path, struct error *err);

/* close() after reading only; *fd becomes -1. -1 is accepted. */
void io_close_quietly(int *fd);

/*
 * fsync() of a file or of a directory. A failed one is never repeated: the
 * kernel may have dropped the bytes that it could not write.
 */
int io_sync(int fd, const char *path, struct error *err);

/*
 * Ask the kernel to start writing the file back, without waiting. Only a hint,
 * which makes the later io_sync() cheap.
 */
void io_start_writeback(int fd);

/*
 * Make everything on the file system of `fd` durable, files and names alike.
 * Returns 1 when done, 0 when this kernel or file system does not promise it
 * (the caller then syncs file by file), -1 on error.
 */
int io_sync_filesystem(int fd, const char *path, struct error *err);

/*
 * Wait for one of these poll() events on `fd` until `deadline` (of clock_ms()).
 * Interrupted calls are continued. Returns 1 for an event, 0 at the deadline,
 * -1 with errno.
 */
int io_wait(int fd, short events, int64_t deadline);

/*
 * Can something be written to `fd` now? If not, because the reader of a pipe
 * sleeps or a terminal is stopped, wait: the first time up to IO_PATIENCE
 * milliseconds, then not at all until it takes bytes again. The caller keeps
 * *patience, which is IO_PATIENCE at first.
 */
#define IO_PATIENCE 5000
bool io_is_writable(int fd, int *patience);

/* Open a directory, to sync it or for *at() calls. -1 on error. */
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
 * rename() that never replaces a file: -1 with EEXIST in errno when `to`
 * exists. Where RENAME_NOREPLACE is not supported (NFS, some FUSE, old
 * kernels) a hard link does the same; without links the name is checked first,
 * which leaves a short race.
 */
int io_rename(int from_fd, const char *from, int to_fd, const char *to);

/* Copy `from`, which may be a pipe, up to its end to `to`. */
int io_copy_stream(int from, int to, const char *path, struct error *err);

/* Copy `from` (from its start, or from an offset) to `to`. */
int io_copy(int from, int to, const char *path, struct error *err);
int io_copy_from(int from, int64_t offset, int to, const char *path,
		 struct error *err);

#endif
