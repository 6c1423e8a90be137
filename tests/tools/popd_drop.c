/* SPDX-License-Identifier: ISC */
/* A maildrop is a directory of files. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "popd.h"

#define PIECE (64 * 1024)

/*
 * The last session may be over while its process still holds the lock: wait a
 * moment, in steps.
 */
#define LOCK_STEPS   30
#define LOCK_STEP_NS 10000000L

static int lock(int fd)
{
	struct timespec step = {0, LOCK_STEP_NS};

	for (int i = 0; i < LOCK_STEPS; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return 0;
		(void)nanosleep(&step, NULL);
	}
	return -1;
}

static int by_name(const void *a, const void *b)
{
	const struct message *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static void add_message(struct drop *drop, size_t *room, const char *name)
{
	struct message *m;
	size_t len = strlen(name);

	if (drop->n == *room) {
		*room = *room * 2 + 64;
		drop->list = need(realloc(drop->list, *room * sizeof(*m)));
	}
	m = &drop->list[drop->n++];
	memset(m, 0, sizeof(*m));
	m->name = need(strdup(name));
	m->uidl.p = m->name;
	m->uidl.len = len;
	m->raw = len > 4 && strcmp(name + len - 4, ".raw") == 0;
}

/* One line of .uidl: the name of a file, a blank, its UIDL. */
static void set_uidl(struct drop *drop, char *line)
{
	char *uidl = strchr(line, ' ');
	struct message wanted = {.name = line}, *m;

	if (uidl == NULL)
		die(".uidl: a line has no blank: %s", line);
	*uidl++ = '\0';
	if (drop->n == 0)
		return;
	m = bsearch(&wanted, drop->list, drop->n, sizeof(*m), by_name);
	if (m == NULL)
		return;
	m->uidl.p = need(strdup(uidl));
	m->uidl.len = unescape(m->uidl.p);
}

static void read_uidls(struct drop *drop)
{
	int fd = openat(drop->fd, ".uidl", O_RDONLY | O_CLOEXEC);
	FILE *file = fd == -1 ? NULL : fdopen(fd, "r");
	char *line = NULL;
	size_t room = 0;
	ssize_t len;

	if (file == NULL)
		return;
	while ((len = getline(&line, &room, file)) > 0) {
		if (line[len - 1] == '\n')
			line[len - 1] = '\0';
		set_uidl(drop, line);
	}
	free(line);
	(void)fclose(file);
}

int drop_open(struct drop *drop, const char *path)
{
	const struct dirent *entry;
	size_t room = 0;
	DIR *dir;

	memset(drop, 0, sizeof(*drop));
	drop->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (drop->fd == -1)
		die("cannot open %s: %s", path, strerror(errno));
	if (lock(drop->fd) == -1) {
		(void)close(drop->fd);
		drop->fd = -1;
		return -1;
	}
	dir = need(opendir(path));
	while ((entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.')
			add_message(drop, &room, entry->d_name);
	(void)closedir(dir);
	if (drop->n > 0)
		qsort(drop->list, drop->n, sizeof(*drop->list), by_name);
	read_uidls(drop);
	return 0;
}

int drop_message(struct drop *drop, size_t i)
{
	return openat(drop->fd, drop->list[i].name, O_RDONLY | O_CLOEXEC);
}

static ssize_t read_piece(int fd, char *piece)
{
	ssize_t n;

	do
		n = read(fd, piece, PIECE);
	while (n == -1 && errno == EINTR);
	return n;
}

/* As it will be sent, before stuffing and without the end marker. */
static uint64_t size_as_sent(int fd)
{
	char piece[PIECE], last = '\n';
	uint64_t size = 0;
	ssize_t n;

	while ((n = read_piece(fd, piece)) > 0) {
		const char *p = piece, *end = piece + n;

		size += (uint64_t)n;
		while ((p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
			size++;
			p++;
		}
		last = end[-1];
	}
	return last == '\n' ? size : size + 2;
}

/* As above; an end marker does not belong to the message. */
static uint64_t size_of_raw(int fd)
{
	off_t size = lseek(fd, 0, SEEK_END);
	char end[3];

	if (size >= 3 && pread(fd, end, 3, size - 3) == 3 &&
	    memcmp(end, ".\r\n", 3) == 0)
		size -= 3;
	return (uint64_t)size;
}

uint64_t drop_size(struct drop *drop, size_t i)
{
	struct message *m = &drop->list[i];
	int fd = m->sized ? -1 : drop_message(drop, i);

	m->sized = true;
	if (fd == -1)
		return m->size;
	m->size = m->raw ? size_of_raw(fd) : size_as_sent(fd);
	(void)close(fd);
	return m->size;
}

struct top_scan {
	bool in_body, line_is_empty;
	unsigned long long lines;
};

/* Feed one byte; true after the last one that belongs to the answer. */
static bool scan_byte(struct top_scan *s, char c)
{
	bool ends_header = false;

	if (c != '\n') {
		s->line_is_empty &= c == '\r';
		return false;
	}
	if (!s->in_body && s->line_is_empty)
		ends_header = s->in_body = true;
	s->line_is_empty = true;
	if (ends_header)
		return s->lines == 0;
	return s->in_body && --s->lines == 0;
}

off_t drop_top(int fd, unsigned long long lines)
{
	struct top_scan scan = {.line_is_empty = true, .lines = lines};
	char piece[PIECE];
	off_t at = 0;
	ssize_t n;

	while ((n = read_piece(fd, piece)) > 0) {
		for (ssize_t i = 0; i < n; i++) {
			at++;
			if (scan_byte(&scan, piece[i])) {
				(void)lseek(fd, 0, SEEK_SET);
				return at;
			}
		}
	}
	(void)lseek(fd, 0, SEEK_SET);
	return at;
}
