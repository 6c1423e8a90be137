/* SPDX-License-Identifier: ISC */
/*
 * The store: f.INODE.AGE is the content of a file at its last sync, d.INODE.0
 * the list of names at the last sync of a directory. The kernel uses inode
 * numbers again, so a.INODE.0 counts how often: the age. For a random power cut
 * F.* and D.* hold what was not synced.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "inject.h"

static const char *root, *store;
static dev_t device;

static void put_path(char out[PATH_MAX], char kind, uintmax_t inode,
		     uintmax_t age)
{
	if (snprintf(out, PATH_MAX, "%s/%c.%ju.%ju", store, kind, inode, age) >=
	    PATH_MAX)
		die("%s is too long", store);
}

static uintmax_t age_of(ino_t inode)
{
	char path[PATH_MAX], text[32] = "";
	ssize_t n;

	put_path(path, 'a', inode, 0);
	n = readlink(path, text, sizeof(text) - 1);
	return n <= 0 ? 0 : strtoumax(text, NULL, 10);
}

static void set_age(ino_t inode, uintmax_t age)
{
	char path[PATH_MAX], text[32];

	put_path(path, 'a', inode, 0);
	(void)snprintf(text, sizeof(text), "%ju", age);
	(void)unlink(path);
	if (symlink(text, path) != 0)
		die("%s: %s", path, strerror(errno));
}

static void copy(const char *from, const char *to)
{
	char chunk[65536], part[PATH_MAX + 8];
	int in = open(from, O_RDONLY | O_CLOEXEC), out;
	struct stat st;
	ssize_t n;

	if (in == -1 || fstat(in, &st) != 0)
		die("%s: %s", from, strerror(errno));
	(void)snprintf(part, sizeof(part), "%s.part", to);
	out = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	while ((n = read(in, chunk, sizeof(chunk))) > 0)
		if (write(out, chunk, (size_t)n) != n)
			die("%s: %s", part, strerror(errno));
	if (n != 0 ||
	    futimens(out, (struct timespec[]){st.st_atim, st.st_mtim}) != 0 ||
	    close(out) != 0 || rename(part, to) != 0)
		die("%s: %s", to, strerror(errno));
	(void)close(in);
}

static void save_file(const char *path, const struct stat *st, char kind)
{
	char to[PATH_MAX];

	put_path(to, kind, st->st_ino, age_of(st->st_ino));
	copy(path, to);
}

/* One line a name: type, inode, age, name. */
static void save_directory(const char *path, const struct stat *st, char kind)
{
	char to[PATH_MAX], part[PATH_MAX + 8];
	const struct dirent *entry;
	DIR *dir = opendir(path);
	FILE *out;

	put_path(to, kind, st->st_ino, 0);
	(void)snprintf(part, sizeof(part), "%s.part", to);
	out = fopen(part, "w");
	if (dir == NULL || out == NULL)
		die("%s: %s", path, strerror(errno));
	while ((entry = readdir(dir)) != NULL) {
		struct stat it;

		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0 ||
		    fstatat(dirfd(dir), entry->d_name, &it,
			    AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		if (S_ISDIR(it.st_mode) || S_ISREG(it.st_mode))
			(void)fprintf(out, "%c %ju %ju %s\n",
				      S_ISDIR(it.st_mode) ? 'd' : 'f',
				      (uintmax_t)it.st_ino, age_of(it.st_ino),
				      entry->d_name);
	}
	(void)closedir(dir);
	if (fclose(out) != 0 || rename(part, to) != 0)
		die("%s: %s", to, strerror(errno));
}

static void save_tree(const char *path, char file, char directory)
{
	char child[PATH_MAX];
	const struct dirent *entry;
	struct stat st;
	DIR *dir;

	if (lstat(path, &st) != 0)
		return;
	if (S_ISREG(st.st_mode))
		save_file(path, &st, file);
	if (!S_ISDIR(st.st_mode))
		return;
	save_directory(path, &st, directory);
	dir = opendir(path);
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		(void)snprintf(child, sizeof(child), "%.2000s/%.255s", path,
			       entry->d_name);
		save_tree(child, file, directory);
	}
	if (dir != NULL)
		(void)closedir(dir);
}

void shadow_begin(const char *root_path, const char *store_path)
{
	struct stat st;

	root = root_path;
	store = store_path;
	if (stat(root, &st) != 0 ||
	    (mkdir(store, 0700) != 0 && errno != EEXIST))
		die("%s: %s", root, strerror(errno));
	device = st.st_dev;
	save_tree(root, 'f', 'd');
}

/* NULL for a socket, a pipe, or a place outside the tree. */
static const char *path_of(pid_t pid, int fd, struct stat *st)
{
	static char link[64];
	char path[PATH_MAX];
	ssize_t n;

	(void)snprintf(link, sizeof(link), "/proc/%d/fd/%d", (int)pid, fd);
	n = readlink(link, path, sizeof(path) - 1);
	if (n <= 0 || stat(link, st) != 0 || st->st_dev != device)
		return NULL;
	path[n] = '\0';
	return strncmp(path, root, strlen(root)) == 0 ? link : NULL;
}

void shadow_opened(pid_t pid, int fd)
{
	struct stat st;

	/* An empty file may be new, and have the number of a removed one. */
	if (path_of(pid, fd, &st) != NULL && S_ISREG(st.st_mode) &&
	    st.st_size == 0)
		set_age(st.st_ino, age_of(st.st_ino) + 1);
}

void shadow_synced(pid_t pid, int fd)
{
	struct stat st;
	const char *path = path_of(pid, fd, &st);

	if (path == NULL)
		return;
	if (S_ISDIR(st.st_mode))
		save_directory(path, &st, 'd');
	else if (S_ISREG(st.st_mode))
		save_file(path, &st, 'f');
}

void shadow_synced_all(void)
{
	save_tree(root, 'f', 'd');
}

/* --- after the power cut --- */
static unsigned long seed;

/* Heads or tails for one thing; the same each time it is asked for. */
static bool chance(uintmax_t inode, const char *name)
{
	uint64_t hash = seed * 0x9e3779b97f4a7c15u ^ inode;

	if (seed == 0)
		return false;
	for (; *name != '\0'; name++)
		hash = (hash ^ (unsigned char)*name) * 1099511628211u;
	hash = (hash ^ hash >> 31) * 0xbf58476d1ce4e5b9u;
	return (hash >> 40 & 1) != 0;
}

static void rebuild_file(uintmax_t inode, uintmax_t age, const char *to)
{
	char from[PATH_MAX], first[PATH_MAX], where[PATH_MAX] = "";
	int fd;

	/* The second name of a file is a link to the first. */
	put_path(first, 'l', inode, age);
	if (readlink(first, where, sizeof(where) - 1) > 0) {
		if (link(where, to) != 0)
			die("%s: %s", to, strerror(errno));
		return;
	}
	put_path(from, 'F', inode, age);
	if (!chance(inode, "") || access(from, F_OK) != 0)
		put_path(from, 'f', inode, age);
	if (access(from, F_OK) == 0) {
		copy(from, to);
	} else {
		fd = open(to, O_WRONLY | O_CREAT | O_EXCL, 0600);
		(void)close(fd);
	}
	if (symlink(to, first) != 0)
		die("%s: %s", first, strerror(errno));
}

static void rebuild_directory(uintmax_t inode, const char *to);

/* A line of save_directory(); synced: the name is durable. */
static void rebuild_name(const char *line, const char *to, bool synced)
{
	char child[PATH_MAX], name[512], type;
	uintmax_t inode, age;
	struct stat st;

	if (sscanf(line, "%c %ju %ju %511[^\n]", &type, &inode, &age, name) !=
	    4)
		die("not a name: %s", line);
	(void)snprintf(child, sizeof(child), "%.2000s/%.500s", to, name);
	if ((!synced && !chance(inode, name)) || lstat(child, &st) == 0)
		return;
	if (type == 'd')
		rebuild_directory(inode, child);
	else
		rebuild_file(inode, age, child);
}

static bool has_line(const char *path, const char *line)
{
	char other[1024];
	bool found = false;
	FILE *in = fopen(path, "r");

	while (in != NULL && !found && fgets(other, sizeof(other), in) != NULL)
		found = strcmp(line, other) == 0;
	if (in != NULL)
		(void)fclose(in);
	return found;
}

/* Names made or removed since the directory was synced are left to chance. */
static void rebuild_names(uintmax_t inode, const char *to, char kind,
			  char other_kind)
{
	char from[PATH_MAX], other[PATH_MAX], line[1024];
	FILE *in;

	put_path(from, kind, inode, 0);
	put_path(other, other_kind, inode, 0);
	in = fopen(from, "r");
	while (in != NULL && fgets(line, sizeof(line), in) != NULL)
		rebuild_name(line, to,
			     (kind == 'd' && seed == 0) ||
				     has_line(other, line));
	if (in != NULL)
		(void)fclose(in);
}

static void rebuild_directory(uintmax_t inode, const char *to)
{
	if (mkdir(to, 0700) != 0)
		die("%s: %s", to, strerror(errno));
	rebuild_names(inode, to, 'd', 'D');
	if (seed != 0)
		rebuild_names(inode, to, 'D', 'd');
}

void shadow_rebuild(const char *root_path, const char *store_path,
		    unsigned long seed_number)
{
	char cut[PATH_MAX], was[PATH_MAX];
	struct stat st;

	root = root_path;
	store = store_path;
	seed = seed_number;
	if (stat(root, &st) != 0)
		die("%s: %s", root, strerror(errno));
	if (seed != 0)
		save_tree(root, 'F', 'D');
	(void)snprintf(cut, sizeof(cut), "%s.cut", root);
	(void)snprintf(was, sizeof(was), "%s.was", root);
	rebuild_directory(st.st_ino, cut);
	if (rename(root, was) != 0 || rename(cut, root) != 0)
		die("%s: %s", cut, strerror(errno));
}
