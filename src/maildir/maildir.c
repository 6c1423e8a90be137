/* SPDX-License-Identifier: ISC */
#include "maildir/maildir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "maildir/find.h"
#include "maildir/name.h"
#include "util/hash.h"
#include "util/io.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Folders kept open: two descriptors each, far below the usual 1024. */
#define OPEN_FOLDERS_MAX 64

/* Directories synced one by one; each costs a wait for the disk. */
#define SYNC_SINGLE_MAX 4

/* Of one component, on every file system we know. */
#define NAME_BYTES_MAX 255

/* Host names in file names; RFC 1123 allows 255, file systems do not. */
#define HOST_MAX 64

struct maildir {
	char *root;
	enum layout layout;
	enum folder_encoding encoding;
	struct maildir_folder *folders; /* most recent first */
	size_t n_folders;
};

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

bool maildir_fits(const struct maildir *m, const char *name)
{
	char *path = maildir_path(m, name);
	struct slice rest = slice_str(path), part;
	bool fits = rest.len < IO_PATH_MAX - MAILDIR_BASE_MAX - 32;

	while (slice_split(&rest, '/', &part))
		fits &= part.len <= NAME_BYTES_MAX;
	free(path);
	return fits;
}

/* What does not mend itself; a disk that is full or broken does. */
static bool is_final(int reason)
{
	return reason == ENOTDIR || reason == ELOOP || reason == ENAMETOOLONG ||
	       reason == EACCES;
}

/* A directory, or a link to one: 1; nothing: 0; something in the way: -1. */
static int look_at(const char *path)
{
	struct stat st;

	if (lstat(path, &st) == -1)
		return is_final(errno) ? -1 : 0;
	if (stat(path, &st) == -1)
		return is_final(errno) || errno == ENOENT ? -1 : 0;
	return S_ISDIR(st.st_mode) ? 1 : -1;
}

/* Go down from path[from], a "/", as far as there is something. */
static bool may_be(const char *path, size_t from)
{
	char *partial = xstrdup(path);
	size_t len = from, deepest = from;
	int there = 1;
	bool may;

	while (there == 1 && path[len] != '\0') {
		len = (size_t)(strchrnul(path + len + 1, '/') - path);
		partial[len] = '\0';
		there = look_at(partial);
		partial[len] = path[len];
		if (there == 1)
			deepest = len;
	}
	partial[deepest] = '\0';
	may = there != -1 &&
	      (deepest == from || access(partial, W_OK | X_OK) == 0 ||
	       !is_final(errno));
	free(partial);
	return may;
}

/* The folder above, as far as it is written; else the root. Allocated. */
static char *path_above(const struct maildir *m, const char *name,
			size_t written)
{
	char *above, *path;

	while (written > 0 && name[written - 1] != '/')
		written--;
	if (written <= 1 || m->layout != LAYOUT_FS)
		return xstrdup(m->root);
	above = xmemdup0(name, written - 1);
	path = maildir_path(m, above);
	free(above);
	return path;
}

bool maildir_may_be(const struct maildir *m, const char *name, size_t written)
{
	static const char *const parts[] = {"tmp", "new", "cur"};
	char *folder = maildir_path(m, name);
	char *above = path_above(m, name, written);
	bool above_is_well = look_at(above) == 1 && access(above, X_OK) == 0;
	bool may = true;

	for (size_t i = 0; above_is_well && may && i < 3; i++) {
		struct buf path = BUF_INIT(IO_PATH_MAX);

		buf_addf(&path, "%s/%s", folder, parts[i]);
		may = may_be(path.s, strlen(above));
		buf_release(&path);
	}
	free(folder);
	free(above);
	return may;
}

static int open_part(const char *path, const char *part, struct error *err)
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

/* Courier wants to see that a folder of maildir++ is not an inbox. */
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
	int tmp_fd = open_part(f->path, "tmp", err);
	struct stat st;
	bool is_new;

	if (tmp_fd == -1)
		return -1;
	io_close_quietly(&tmp_fd);
	is_new = !maildir_exists(m, f->name);
	f->new_fd = open_part(f->path, "new", err);
	if (f->new_fd == -1)
		return -1;
	f->cur_fd = open_part(f->path, "cur", err);
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

/* As the Maildir page says: "/" and ":" cannot be in a file name here. */
static void put_host(struct buf *out)
{
	char host[256] = "localhost";

	(void)gethostname(host, sizeof(host) - 1);
	for (size_t i = 0; i < HOST_MAX && host[i] != '\0'; i++) {
		unsigned char c = (unsigned char)host[i];

		if (c == '/')
			buf_addstr(out, "\\057");
		else if (c == ':')
			buf_addstr(out, "\\072");
		else if (c > 0x20 && c < 0x7f && c != ',')
			buf_addch(out, (char)c);
	}
}

void maildir_base(char out[MAILDIR_BASE_MAX], int64_t calendar_us,
		  const unsigned char *q_key, const unsigned char *c_key,
		  unsigned delivery, uint64_t size)
{
	struct buf base = BUF_INIT(MAILDIR_BASE_MAX - 1);
	char q[17], c[17];

	hash_hex(q_key, 8, q);
	hash_hex(c_key, 8, c);
	buf_addf(&base, "%lld.M%06lldQ%sC%sA%u.",
		 (long long)(calendar_us / 1000000),
		 (long long)(calendar_us % 1000000), q, c, delivery);
	put_host(&base);
	buf_addf(&base, ",S=%llu", (unsigned long long)size);
	memcpy(out, base.s, base.len + 1);
	buf_release(&base);
}

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

/* The name is taken: by this very file, when an earlier try got this far. */
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
 * Without hard links there is no witness: a name is moved, never replaced.
 * Where the file system cannot promise that, our names are ours alone.
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
	int tmp_fd = open_part(folder->path, "tmp", err);
	int rc;

	if (tmp_fd == -1)
		return -1;
	(void)unlinkat(tmp_fd, item->base, 0); /* of a try that was broken */
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

/* The file systems are two, or this one has no (or no more) links. */
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

void maildir_forget(const struct maildir *m, const char *name, const char *base)
{
	struct buf copy = BUF_INIT(IO_PATH_MAX);
	char *path = maildir_path(m, name);

	buf_addf(&copy, "%s/tmp/%s", path, base);
	(void)unlink(copy.s);
	buf_release(&copy);
	free(path);
}

int maildir_find(struct maildir *m, struct maildir_folder *folder,
		 const struct maildir_item *item, bool *unsure_out,
		 struct error *err)
{
	int rc = maildir_find_item(m->root, folder, item, unsure_out, err);

	/* After a kill the name may be in the page cache only. */
	if (rc == 1 && (io_sync(folder->new_fd, folder->path, err) == -1 ||
			io_sync(folder->cur_fd, folder->path, err) == -1))
		return -1;
	return rc;
}
