/* SPDX-License-Identifier: ISC */
#include "maildir/maildir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "maildir/internal.h"
#include "maildir/name.h"
#include "maildir/subscribe.h"
#include "util/io.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Folders kept open: two descriptors each, far below the usual 1024. */
#define OPEN_FOLDERS_MAX 64

/* Up to so many directories are synced singly: each waits for the disk. */
#define SYNC_SINGLE_MAX 4

int maildir_open(struct maildir **out, const char *root, enum layout layout,
		 enum folder_encoding encoding, struct error *err)
{
	struct maildir *m;
	struct buf cur = BUF_INIT(IO_PATH_MAX);

	if (io_make_directory(root, err) == -1)
		return -1;
	m = xcalloc(1, sizeof(*m));
	m->root = xstrdup(root);
	buf_addf(&cur, "%s/cur", root);
	m->layout = layout;
	if (layout == LAYOUT_AUTO)
		m->layout =
			access(cur.s, F_OK) == 0 ? LAYOUT_MAILDIRPP : LAYOUT_FS;
	m->encoding = encoding;
	if (encoding == ENCODING_AUTO)
		m->encoding = m->layout == LAYOUT_MAILDIRPP ? ENCODING_UTF7
							    : ENCODING_UTF8;
	buf_release(&cur);
	*out = m;
	return 0;
}

bool maildir_is_bare(const char *root)
{
	const struct dirent *entry;
	DIR *dir = opendir(root);
	bool bare = true;

	if (dir == NULL)
		return errno == ENOENT;
	while (bare && (entry = readdir(dir)) != NULL)
		bare = strcmp(entry->d_name, ".") == 0 ||
		       strcmp(entry->d_name, "..") == 0;
	(void)closedir(dir);
	return bare;
}

static void close_folder(struct maildir_folder *f)
{
	io_close_quietly(&f->new_fd);
	io_close_quietly(&f->cur_fd);
	free(f->name);
	free(f->path);
	free(f);
}

static void close_folders(struct maildir *m)
{
	struct maildir_folder *next;

	for (struct maildir_folder *f = m->folders; f != NULL; f = next) {
		next = f->next;
		close_folder(f);
	}
	m->folders = NULL;
	m->n_folders = 0;
}

void maildir_close(struct maildir *m)
{
	if (m == NULL)
		return;
	close_folders(m);
	free(m->root);
	free(m);
}

char *maildir_path(const struct maildir *m, const char *name)
{
	struct buf path = BUF_INIT(IO_PATH_MAX);
	size_t len;

	buf_addf(&path, "%s/", m->root);
	len = path.len;
	maildir_name_path(m->layout, m->encoding, name, &path);
	if (strcmp(path.s + len, ".") == 0)
		buf_truncate(&path, len - 1);
	return buf_detach(&path);
}

bool maildir_exists(struct maildir *m, const char *name)
{
	char *path = maildir_path(m, name);
	struct buf cur = BUF_INIT(IO_PATH_MAX);
	bool exists;

	buf_addf(&cur, "%s/cur", path);
	exists = access(cur.s, F_OK) == 0;
	buf_release(&cur);
	free(path);
	return exists;
}

int maildir_open_part(const char *path, const char *part, struct error *err)
{
	struct buf full = BUF_INIT(IO_PATH_MAX);
	int fd = -1;

	buf_addf(&full, "%s/%s", path, part);
	if (full.full)
		(void)error_set(err, ERR_MESSAGE, "the path %s is too long",
				path);
	else if (io_make_directory(full.s, err) == 0)
		fd = io_open_directory(AT_FDCWD, full.s, err);
	buf_release(&full);
	return fd;
}

/* Courier needs this file to tell a folder of maildir++ from an inbox. */
static int mark_folder(const struct maildir *m, const char *path,
		       struct error *err)
{
	struct buf full = BUF_INIT(IO_PATH_MAX);
	int fd, rc = 0;

	if (m->layout != LAYOUT_MAILDIRPP || strcmp(path, m->root) == 0)
		return 0;
	buf_addf(&full, "%s/maildirfolder", path);
	fd = open(full.s, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd == -1)
		rc = error_errno(err, ERR_TEMPORARY, "cannot create %s",
				 full.s);
	else
		rc = io_close(&fd, full.s, err);
	buf_release(&full);
	return rc;
}

static int open_folder(struct maildir *m, struct maildir_folder *f,
		       struct error *err)
{
	int tmp_fd = maildir_open_part(f->path, "tmp", err);
	struct stat st;
	bool is_new;

	if (tmp_fd == -1)
		return -1;
	io_close_quietly(&tmp_fd);
	/* Before it exists, so that a crash cannot leave it without. */
	is_new = !maildir_exists(m, f->name);
	if (is_new && strcmp(f->path, m->root) != 0)
		subscribe(m->root, m->layout, f->path + strlen(m->root) + 1);
	f->new_fd = maildir_open_part(f->path, "new", err);
	if (f->new_fd == -1)
		return -1;
	f->cur_fd = maildir_open_part(f->path, "cur", err);
	if (f->cur_fd == -1)
		return -1;
	if (fstat(f->new_fd, &st) == -1)
		return error_errno(err, ERR_TEMPORARY, "cannot read %s",
				   f->path);
	f->device = st.st_dev;
	return is_new ? mark_folder(m, f->path, err) : 0;
}

struct maildir_folder *maildir_folder(struct maildir *m, const char *name,
				      struct error *err)
{
	struct maildir_folder *f;

	for (f = m->folders; f != NULL; f = f->next)
		if (strcmp(f->name, name) == 0)
			return f;
	if (m->n_folders == OPEN_FOLDERS_MAX) {
		if (maildir_sync(m, err) == -1)
			return NULL;
		close_folders(m);
	}
	f = xcalloc(1, sizeof(*f));
	f->name = xstrdup(name);
	f->path = maildir_path(m, name);
	f->new_fd = f->cur_fd = -1;
	if (open_folder(m, f, err) == -1) {
		close_folder(f);
		return NULL;
	}
	f->next = m->folders;
	m->folders = f;
	m->n_folders++;
	return f;
}

static size_t count_dirty(const struct maildir *m)
{
	size_t n = 0;

	for (const struct maildir_folder *f = m->folders; f != NULL;
	     f = f->next)
		n += f->new_dirty + f->cur_dirty;
	return n;
}

static int sync_each(const struct maildir *m, struct error *err)
{
	for (const struct maildir_folder *f = m->folders; f != NULL;
	     f = f->next) {
		if (f->new_dirty && io_sync(f->new_fd, f->path, err) == -1)
			return -1;
		if (f->cur_dirty && io_sync(f->cur_fd, f->path, err) == -1)
			return -1;
	}
	return 0;
}

/* Returns 1 when done, 0 when the folders lie on several file systems. */
static int sync_together(const struct maildir *m, struct error *err)
{
	const struct maildir_folder *f = m->folders;
	dev_t device = f->device;

	for (; f != NULL; f = f->next)
		if (f->device != device)
			return 0;
	return io_sync_filesystem(m->folders->new_fd, m->root, err);
}

int maildir_sync(struct maildir *m, struct error *err)
{
	size_t dirty = count_dirty(m);
	int rc = 0;

	if (dirty > SYNC_SINGLE_MAX)
		rc = sync_together(m, err);
	if (rc == 0 && dirty > 0)
		rc = sync_each(m, err);
	if (rc == -1)
		return -1;
	for (struct maildir_folder *f = m->folders; f != NULL; f = f->next)
		f->new_dirty = f->cur_dirty = false;
	return 0;
}
