/* SPDX-License-Identifier: ISC */
/*
 * usage: same WANTED MAILDIR
 *
 * The oracle of the stories: each file anywhere below WANTED must be in some
 * new or cur below MAILDIR, as often as it is wanted, byte for byte, and
 * nothing else. Prints what is missing and what is too much, and ends with 1
 * if there is any. A missing directory counts as empty. One program instead of
 * a dozen, because stories ask this a thousand times.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FDS_MAX 16

struct file {
	uint64_t hash, size;
	char *path;
};

struct files {
	struct file *all;
	size_t n;
};

static struct files wanted, found;
static struct files *collected;

static _Noreturn void die(const char *what)
{
	(void)fprintf(stderr, "same: %s: %s\n", what, strerror(errno));
	exit(2);
}

/* FNV-1a. */
static void add_file(struct files *files, const char *path)
{
	struct file file = {.hash = 14695981039346656037u};
	char bytes[65536];
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		die(path);
	while ((n = read(fd, bytes, sizeof(bytes))) > 0) {
		for (ssize_t i = 0; i < n; i++)
			file.hash = (file.hash ^ (unsigned char)bytes[i]) *
				    1099511628211u;
		file.size += (uint64_t)n;
	}
	if (n == -1 || close(fd) == -1 || (file.path = strdup(path)) == NULL)
		die(path);
	files->all = realloc(files->all, (files->n + 1) * sizeof(file));
	if (files->all == NULL)
		die("realloc");
	files->all[files->n++] = file;
}

/* Is it mail in a Maildir: MAILDIR/.../new/NAME? */
static bool is_mail(const char *path, int name)
{
	return name >= 5 && (memcmp(path + name - 5, "/new/", 5) == 0 ||
			     memcmp(path + name - 5, "/cur/", 5) == 0);
}

static int visit(const char *path, const struct stat *st, int type,
		 struct FTW *at)
{
	if (type == FTW_F && S_ISREG(st->st_mode) &&
	    (collected == &wanted || is_mail(path, at->base)))
		add_file(collected, path);
	return 0;
}

static int compare(const void *left, const void *right)
{
	const struct file *a = left, *b = right;

	if (a->size != b->size)
		return a->size < b->size ? -1 : 1;
	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	return 0;
}

static void collect(struct files *files, const char *directory)
{
	collected = files;
	if (nftw(directory, visit, FDS_MAX, FTW_PHYS) == -1 && errno != ENOENT)
		die(directory);
	if (files->n > 0)
		qsort(files->all, files->n, sizeof(files->all[0]), compare);
}

int main(int argc, char **argv)
{
	size_t w = 0, f = 0;
	bool same = true;

	if (argc != 3) {
		(void)fprintf(stderr, "usage: same WANTED MAILDIR\n");
		return 2;
	}
	collect(&wanted, argv[1]);
	collect(&found, argv[2]);
	while (w < wanted.n || f < found.n) {
		int order = w == wanted.n ? 1
			    : f == found.n
				    ? -1
				    : compare(&wanted.all[w], &found.all[f]);

		if (order < 0)
			printf("missing: %s\n", wanted.all[w].path);
		if (order > 0)
			printf("too much: %s\n", found.all[f].path);
		same = same && order == 0;
		w += order <= 0;
		f += order >= 0;
	}
	return same ? 0 : 1;
}
