/* SPDX-License-Identifier: ISC */
/*
 * Only run after a crash, so its cost does not matter. The spool file (or the
 * copy in tmp/) is the witness: while it exists, its link count and inode
 * tell whether the message was linked, even when a mail reader has renamed or
 * moved the file since.
 */
#include "maildir/find.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "maildir/internal.h"
#include "util/io.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Folders nest a few levels; a loop of bind mounts must end. */
#define DEPTH_MAX 16

/* A rename during readdir() can hide an entry: look again (fault E7). */
#define LOOKS 3

/* Bytes read at once when two files are compared. */
#define CHUNK_SIZE (32 * 1024)

/* A message is searched for by its name, or by its inode. */
struct wanted {
	const char *base; /* up to ":2,…"; NULL: look for the inode */
	dev_t device;
	ino_t inode;
	const struct maildir_item *item; /* it must have its bytes; or NULL */
};

/* Another file system may use the same inode number. */
static bool is_same(const struct wanted *w, int fd, const struct dirent *entry)
{
	struct stat st;

	return entry->d_ino == w->inode &&
	       fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       st.st_ino == w->inode && st.st_dev == w->device;
}

static bool is_wanted(const struct wanted *w, int fd,
		      const struct dirent *entry)
{
	return w->base == NULL ? is_same(w, fd, entry)
			       : maildir_has_base(entry->d_name, w->base);
}

static DIR *open_dir(int fd, const char *name, int follow)
{
	int copy =
		openat(fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | follow);
	DIR *dir = copy == -1 ? NULL : fdopendir(copy);

	if (dir == NULL)
		io_close_quietly(&copy);
	return dir;
}

static bool same_bytes(int a, int b)
{
	struct error ignored = ERROR_INIT;
	char *chunk = xmalloc(2 * CHUNK_SIZE), *other = chunk + CHUNK_SIZE;
	long n, m;

	do {
		n = io_read(a, chunk, CHUNK_SIZE, "", &ignored);
		m = io_read(b, other, CHUNK_SIZE, "", &ignored);
	} while (n > 0 && n == m && memcmp(chunk, other, (size_t)n) == 0);
	free(chunk);
	return n == 0 && m == 0;
}

/*
 * Does the file have the bytes of the item? Any program can give a file this
 * name. Without a spool file to compare with, the name decides.
 */
static bool has_bytes(int dir, const char *name,
		      const struct maildir_item *item)
{
	int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
	int ours = openat(item->spool_fd, item->spool, flags);
	int theirs = openat(dir, name, flags);
	struct stat a, b;
	bool same = ours == -1;

	if (ours != -1 && theirs != -1 && fstat(ours, &a) == 0 &&
	    fstat(theirs, &b) == 0)
		same = (a.st_dev == b.st_dev && a.st_ino == b.st_ino) ||
		       (a.st_size == b.st_size && same_bytes(ours, theirs));
	io_close_quietly(&ours);
	io_close_quietly(&theirs);
	return same;
}

/* 1: found; 0: not; -1: the directory cannot be read. */
static int scan(int fd, const struct wanted *w, struct error *err)
{
	const struct dirent *entry;
	DIR *dir = open_dir(fd, ".", O_NOFOLLOW);
	int rc = 0;

	if (dir == NULL)
		return error_errno(err, ERR_TEMPORARY, "cannot read a folder");
	for (errno = 0; rc == 0 && (entry = readdir(dir)) != NULL; errno = 0)
		rc = is_wanted(w, dirfd(dir), entry) &&
		     (w->item == NULL ||
		      has_bytes(dirfd(dir), entry->d_name, w->item));
	if (rc == 0 && errno != 0)
		rc = error_errno(err, ERR_TEMPORARY, "cannot read a folder");
	(void)closedir(dir);
	return rc;
}

/*
 * Search new/ and cur/ in the whole tree below `fd`, but not tmp/ or the spool,
 * where the witness itself is. A directory that cannot be opened is skipped;
 * only the root may be a symbolic link. The directory where it is found is
 * synced: after a kill the name may be in the page cache only. 1: found; 0:
 * not; -1: it cannot be made durable.
 */
static int scan_tree(int fd, const char *name, const struct wanted *w,
		     int depth, struct error *err)
{
	bool holds_mail = strcmp(name, "new") == 0 || strcmp(name, "cur") == 0;
	DIR *dir = depth > DEPTH_MAX
			   ? NULL
			   : open_dir(fd, name, depth == 0 ? 0 : O_NOFOLLOW);
	const struct dirent *entry;
	int rc = 0;

	if (dir == NULL)
		return 0;
	while (rc == 0 && (entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		if (holds_mail && is_wanted(w, dirfd(dir), entry))
			rc = io_sync(dirfd(dir), name, err) == 0 ? 1 : -1;
		else if (entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN)
			rc = scan_tree(dirfd(dir), entry->d_name, w, depth + 1,
				       err);
	}
	(void)closedir(dir);
	return rc;
}

static int scan_folder(const struct maildir_folder *folder,
		       const struct wanted *w, struct error *err)
{
	int rc = scan(folder->new_fd, w, err);

	return rc != 0 ? rc : scan(folder->cur_fd, w, err);
}

/* The copy in tmp/ when there is one, else the spool file. */
static int stat_witness(const struct maildir_folder *folder,
			const struct maildir_item *item, struct stat *st)
{
	struct buf path = BUF_INIT(IO_PATH_MAX);
	int rc;

	buf_addf(&path, "%s/tmp/%s", folder->path, item->base);
	rc = lstat(path.s, st);
	buf_release(&path);
	if (rc == 0)
		return 0;
	return fstatat(item->spool_fd, item->spool, st, AT_SYMLINK_NOFOLLOW);
}

/*
 * Not delivered yet: check the spool file first. A disk that lied about a sync
 * may have lost bytes; the base, which the database keeps, has the size.
 */
static int not_filed(const struct maildir_item *item, struct error *err)
{
	const char *size = strstr(item->base, ",S=");
	struct stat st;

	if (size != NULL &&
	    fstatat(item->spool_fd, item->spool, &st, AT_SYMLINK_NOFOLLOW) ==
		    0 &&
	    strtoull(size + 3, NULL, 10) != (unsigned long long)st.st_size)
		return error_set(err, ERR_MESSAGE,
				 "the spool file %s is incomplete",
				 item->spool);
	return 0;
}

static int find_item(const char *root, const struct maildir_folder *folder,
		     const struct maildir_item *item, bool *unsure_out,
		     struct error *err)
{
	struct wanted name = {.base = item->base, .item = item};
	struct wanted inode = {.base = NULL};
	struct stat witness;
	int rc;

	*unsure_out = false;
	rc = scan_folder(folder, &name, err);
	if (rc != 0)
		return rc;
	if (stat_witness(folder, item, &witness) == -1)
		return error_errno(
			err, errno == ENOENT ? ERR_MESSAGE : ERR_LOCAL,
			"the spool file %s cannot be found", item->spool);
	if (witness.st_nlink == 1)
		return not_filed(item, err);
	inode.device = witness.st_dev;
	inode.inode = witness.st_ino;
	for (int i = 0; i < LOOKS; i++) {
		rc = scan_folder(folder, &inode, err);
		if (rc != 0)
			return rc;
		rc = scan_tree(AT_FDCWD, root, &inode, 0, err);
		if (rc != 0)
			return rc;
	}
	*unsure_out = true;
	return not_filed(item, err);
}

int maildir_find(struct maildir *m, struct maildir_folder *folder,
		 const struct maildir_item *item, bool *unsure_out,
		 struct error *err)
{
	int rc = find_item(m->root, folder, item, unsure_out, err);

	/* After a kill the name may be in the page cache only. */
	if (rc == 1 && (io_sync(folder->new_fd, folder->path, err) == -1 ||
			io_sync(folder->cur_fd, folder->path, err) == -1))
		return -1;
	return rc;
}

/* Append the path of the file in one directory that has this base. */
static bool locate_in(const char *folder, const char *part, const char *base,
		      struct buf *path_out)
{
	const struct wanted wanted = {.base = base};
	const struct dirent *entry;
	size_t start = path_out->len;
	bool found = false;
	DIR *dir;

	buf_addf(path_out, "%s/%s/", folder, part);
	dir = opendir(path_out->s + start);
	while (dir != NULL && !found && (entry = readdir(dir)) != NULL) {
		found = is_wanted(&wanted, dirfd(dir), entry);
		if (found)
			buf_addstr(path_out, entry->d_name);
	}
	if (dir != NULL)
		(void)closedir(dir);
	if (!found)
		buf_truncate(path_out, start);
	return found;
}

bool maildir_locate(const struct maildir *m, const char *name, const char *base,
		    struct buf *path_out)
{
	char *folder = maildir_path(m, name);
	bool found = locate_in(folder, "new", base, path_out) ||
		     locate_in(folder, "cur", base, path_out);

	free(folder);
	return found;
}

/* Where the flags begin, or the end. */
static size_t base_length(const char *name)
{
	const char *info = maildir_info(name);

	return info == NULL ? strlen(name) : (size_t)(info - name);
}

/* The length of FOLDER in FOLDER/PART/NAME; *name_out is its name. */
static size_t split_path(const char *path, const char **name_out)
{
	const char *slash = strrchr(path, '/');
	const char *part = slash;

	while (part > path && part[-1] != '/')
		part--;
	*name_out = slash + 1;
	return part > path ? (size_t)(part - 1 - path) : 0;
}

void maildir_sibling(const char *path, const char *part, struct buf *out)
{
	const char *name;
	size_t len = split_path(path, &name);

	buf_addf(out, "%.*s/%s/%.*s", (int)len, path, part,
		 (int)base_length(name), name);
}

bool maildir_find_renamed(const char *path, struct buf *out)
{
	const char *name;
	size_t len = split_path(path, &name);
	char *folder = xmemdup0(path, len);
	char *base = xmemdup0(name, base_length(name));
	bool found = false;

	for (int i = 0; !found && i < LOOKS; i++)
		found = locate_in(folder, "cur", base, out) ||
			locate_in(folder, "new", base, out);
	free(folder);
	free(base);
	return found;
}
