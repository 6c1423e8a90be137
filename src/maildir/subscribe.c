/* SPDX-License-Identifier: ISC */
/*
 * One folder a line: "Lists.dev", or behind the line "V 2" (with tabs) and an
 * empty one with its levels separated by tabs.
 */
#include "maildir/subscribe.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "maildir/dovecot_lock.h"
#include "util/io.h"

#include "util/banned.h"

#define SUBSCRIPTIONS "subscriptions"
#define LOCK_FILE     "subscriptions.lock"
#define VERSION_2     "V\t2\n"

/* Tens of thousands of folders; a larger list is left alone. */
#define LIST_MAX ((size_t)4 * 1024 * 1024)

static bool read_list(int dir_fd, struct buf *list, mode_t *mode_out)
{
	struct error ignored = ERROR_INIT;
	int fd = openat(dir_fd, SUBSCRIPTIONS,
			O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK |
				O_NOCTTY);
	struct stat st;
	long n = -1;

	if (fd == -1)
		return false;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_size < (off_t)LIST_MAX) {
		*mode_out = st.st_mode & 0777;
		(void)buf_reserve(list, (size_t)st.st_size);
		n = io_read(fd, list->s, (size_t)st.st_size, SUBSCRIPTIONS,
			    &ignored);
	}
	io_close_quietly(&fd);
	if (n == -1 || n != st.st_size)
		return false;
	list->len = (size_t)n;
	buf_terminate(list);
	return true;
}

/* The line of a folder, in the format of the list. */
static void put_name(enum layout layout, const char *path,
		     const struct buf *list, struct buf *name)
{
	char separator = layout == LAYOUT_FS ? '/' : '.';
	bool is_v2 = strncmp(list->s, VERSION_2, sizeof(VERSION_2) - 1) == 0;

	if (layout == LAYOUT_MAILDIRPP && path[0] == '.')
		path++;
	for (; *path != '\0'; path++)
		buf_addch(name, is_v2 && *path == separator ? '\t' : *path);
}

static bool has_line(const struct buf *list, const struct buf *name)
{
	struct slice rest = buf_slice(list), line;

	while (slice_split(&rest, '\n', &line))
		if (slice_equal(line, buf_slice(name)))
			return true;
	return false;
}

/* Dovecot's lock is the new file, too. */
static void replace(int dir_fd, int fd, mode_t mode, const struct buf *list,
		    const struct buf *name)
{
	struct error ignored = ERROR_INIT;
	struct buf all = BUF_INIT(list->len + name->len + 2);

	buf_addslice(&all, buf_slice(list));
	if (all.len > 0 && all.s[all.len - 1] != '\n')
		buf_addch(&all, '\n');
	buf_addslice(&all, buf_slice(name));
	buf_addch(&all, '\n');
	(void)fchmod(fd, mode);
	if (io_write(fd, all.s, all.len, LOCK_FILE, &ignored) == 0 &&
	    io_sync(fd, LOCK_FILE, &ignored) == 0 &&
	    renameat(dir_fd, LOCK_FILE, dir_fd, SUBSCRIPTIONS) == 0)
		(void)io_sync(dir_fd, SUBSCRIPTIONS, &ignored);
	buf_release(&all);
}

/* Returns false when the list is not there or has the folder. */
static bool needs(int dir_fd, enum layout layout, const char *path,
		  struct buf *list, struct buf *name, mode_t *mode_out)
{
	buf_clear(list);
	buf_clear(name);
	if (!read_list(dir_fd, list, mode_out))
		return false;
	put_name(layout, path, list, name);
	/* No folder of ours has a control character; one would be a lie. */
	for (size_t i = 0; i < strlen(path); i++)
		if ((unsigned char)path[i] < ' ')
			return false;
	return !has_line(list, name);
}

static void add(int dir_fd, enum layout layout, const char *path,
		struct buf *list, struct buf *name)
{
	struct error ignored = ERROR_INIT;
	int lock_fd = -1;
	mode_t mode;

	if (!needs(dir_fd, layout, path, list, name, &mode))
		return;
	if (dovecot_lock(dir_fd, LOCK_FILE, &lock_fd, &ignored) != 1)
		return;
	if (needs(dir_fd, layout, path, list, name, &mode))
		replace(dir_fd, lock_fd, mode, list, name);
	dovecot_unlock(dir_fd, LOCK_FILE, &lock_fd);
}

void subscribe(const char *root, enum layout layout, const char *path)
{
	struct buf list = BUF_INIT(LIST_MAX), name = BUF_INIT(IO_PATH_MAX);
	struct error ignored = ERROR_INIT;
	int dir_fd = io_open_directory(AT_FDCWD, root, &ignored);

	if (dir_fd != -1)
		add(dir_fd, layout, path, &list, &name);
	io_close_quietly(&dir_fd);
	buf_release(&list);
	buf_release(&name);
}
