/* SPDX-License-Identifier: ISC */
/*
 * A folder is a directory. Each file in it whose name does not begin with a dot
 * is a message; what IMAP knows of it is in the file .folder, which a test may
 * write, too, while no session is busy. See imapd.c for its lines.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "imapd.h"

#define STATE ".folder"

/* The clock of file systems stands still for up to 10 ms. */
#define TICK_NS 50000000LL

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int by_uid(const void *a, const void *b)
{
	const struct mail *x = a, *y = b;

	return x->uid < y->uid ? -1 : x->uid > y->uid;
}

static struct mail *append(struct folder *f, uint32_t uid, const char *flags,
			   const char *name)
{
	struct mail *m;

	if (f->n == f->room) {
		f->room = f->room * 2 + 64;
		f->list = need(realloc(f->list, f->room * sizeof(*m)));
	}
	m = &f->list[f->n++];
	memset(m, 0, sizeof(*m));
	m->uid = uid;
	m->flags = need(strdup(flags));
	m->name = need(strdup(name));
	return m;
}

static void clear(struct folder *f)
{
	for (size_t i = 0; i < f->n; i++) {
		free(f->list[i].flags);
		free(f->list[i].name);
	}
	f->n = 0;
	f->next = 1;
	f->validity = 0;
	f->modseq = 1;
	f->unsorted = false;
	free(f->attributes);
	f->attributes = NULL;
}

/* "mail UID MODSEQ (FLAGS) NAME" */
static void read_mail(struct folder *f, char *line)
{
	char *flags = strchr(line, '('), *end = strchr(line, ')'), *at;
	unsigned long uid = strtoul(line, &at, 10);
	struct mail *m;

	if (flags == NULL || end == NULL || end[1] != ' ')
		die("%s/" STATE ": bad line: %s", f->path, line);
	*end = '\0';
	m = append(f, (uint32_t)uid, flags + 1, end + 2);
	m->modseq = strtoull(at, NULL, 10);
	if (m->uid >= f->next)
		f->next = m->uid + 1;
	if (m->modseq > f->modseq)
		f->modseq = m->modseq;
}

static void read_line(struct folder *f, char *line)
{
	char *value = strchr(line, ' ');

	if (value != NULL)
		*value++ = '\0';
	if (strcmp(line, "unsorted") == 0)
		f->unsorted = true;
	else if (value == NULL)
		die("%s/" STATE ": bad line: %s", f->path, line);
	else if (strcmp(line, "validity") == 0)
		f->validity = (uint32_t)strtoul(value, NULL, 10);
	else if (strcmp(line, "next") == 0)
		f->next = (uint32_t)strtoul(value, NULL, 10);
	else if (strcmp(line, "modseq") == 0)
		f->modseq = strtoull(value, NULL, 10);
	else if (strcmp(line, "attributes") == 0)
		f->attributes = need(strdup(value));
	else if (strcmp(line, "mail") == 0)
		read_mail(f, value);
	else
		die("%s/" STATE ": unknown: %s", f->path, line);
}

static void read_state(struct folder *f)
{
	int fd = openat(f->fd, STATE, O_RDONLY | O_CLOEXEC);
	FILE *file = fd == -1 ? NULL : fdopen(fd, "r");
	char *line = NULL;
	size_t room = 0;
	ssize_t len;

	clear(f);
	if (file == NULL)
		return;
	(void)fstat(fd, &f->state);
	while ((len = getline(&line, &room, file)) > 0) {
		if (line[len - 1] == '\n')
			line[--len] = '\0';
		if (len > 0)
			read_line(f, line);
	}
	free(line);
	(void)fclose(file);
}

/* Each new folder has another UIDVALIDITY, also one that is made again. */
static uint32_t new_validity(const struct folder *f)
{
	unsigned long n = 0;
	char path[4200];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/../.validity", f->path);
	file = fopen(path, "r+");
	if (file == NULL)
		file = need(fopen(path, "w+"));
	if (flock(fileno(file), LOCK_EX) == -1 || fscanf(file, "%lu", &n) != 1)
		n = 0;
	rewind(file);
	(void)fprintf(file, "%lu\n", n + 1);
	(void)fclose(file);
	return (uint32_t)n + 1;
}

/* The names of the messages that are there, sorted. */
static char **read_names(const struct folder *f, size_t *n)
{
	DIR *dir = need(opendir(f->path));
	const struct dirent *entry;
	char **names = NULL;
	size_t room = 0;
	struct stat st;

	*n = 0;
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.' ||
		    fstatat(f->fd, entry->d_name, &st, 0) == -1 ||
		    !S_ISREG(st.st_mode))
			continue;
		if (*n == room) {
			room = room * 2 + 64;
			names = need(realloc(names, room * sizeof(*names)));
		}
		names[(*n)++] = need(strdup(entry->d_name));
	}
	(void)closedir(dir);
	if (*n > 0)
		qsort(names, *n, sizeof(*names), by_name);
	return names;
}

/* Leave out messages without a file. Were there any? */
static bool drop_missing(struct folder *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++) {
		if (f->list[i].here) {
			f->list[n++] = f->list[i];
			continue;
		}
		free(f->list[i].flags);
		free(f->list[i].name);
	}
	if (n == f->n)
		return false;
	f->n = n;
	f->modseq++;
	return true;
}

static int compare_mail_names(const void *a, const void *b)
{
	const struct mail *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

/* Mark what is in both lists; what is new gets UIDs. Was there any? */
static bool take_names(struct folder *f, char **names, size_t n_names)
{
	size_t n = f->n, at = 0, n_new = 0;
	struct mail **known = need(calloc(n + 1, sizeof(struct mail *)));
	char **added = need(calloc(n_names + 1, sizeof(char *)));

	for (size_t i = 0; i < n; i++)
		known[i] = &f->list[i];
	if (n > 0)
		qsort(known, n, sizeof(*known), compare_mail_names);
	for (size_t i = 0; i < n_names; i++) {
		while (at < n && strcmp(known[at]->name, names[i]) < 0)
			at++;
		if (at < n && strcmp(known[at]->name, names[i]) == 0)
			known[at]->here = true;
		else
			added[n_new++] = names[i];
	}
	free(known);
	for (size_t i = 0; i < n_new; i++) {
		struct mail *m = append(f, f->next++, "", added[i]);

		m->here = true;
		m->modseq = ++f->modseq;
	}
	free(added);
	return n_new > 0;
}

static void save(struct folder *f)
{
	int fd = openat(f->fd, STATE, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
			0666);
	FILE *file = fd == -1 ? NULL : fdopen(fd, "w");

	if (file == NULL)
		die("cannot write %s/" STATE ": %s", f->path, strerror(errno));
	(void)fprintf(file, "validity %u\nnext %u\nmodseq %llu\n", f->validity,
		      f->next, (unsigned long long)f->modseq);
	if (f->attributes != NULL)
		(void)fprintf(file, "attributes %s\n", f->attributes);
	if (f->unsorted)
		(void)fprintf(file, "unsorted\n");
	for (size_t i = 0; i < f->n; i++)
		(void)fprintf(file, "mail %u %llu (%s) %s\n", f->list[i].uid,
			      (unsigned long long)f->list[i].modseq,
			      f->list[i].flags, f->list[i].name);
	(void)fflush(file);
	(void)fstat(fd, &f->state);
	(void)fclose(file);
}

static bool is_same(const struct stat *a, const struct stat *b)
{
	struct timespec now;
	long long age;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	age = (now.tv_sec - b->st_mtim.tv_sec) * 1000000000LL + now.tv_nsec -
	      b->st_mtim.tv_nsec;
	return a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec && age > TICK_NS;
}

static bool is_fresh(const struct folder *f)
{
	struct stat dir, state;

	return f->validity != 0 && fstat(f->fd, &dir) == 0 &&
	       fstatat(f->fd, STATE, &state, 0) == 0 &&
	       is_same(&f->dir, &dir) && is_same(&f->state, &state);
}

void folder_begin(struct folder *f)
{
	bool changed = false;
	char **names;
	size_t n;

	if (flock(f->fd, LOCK_EX) == -1)
		die("cannot lock %s: %s", f->path, strerror(errno));
	if (is_fresh(f))
		return;
	read_state(f);
	if (f->validity == 0) {
		f->validity = new_validity(f);
		changed = true;
	}
	(void)fstat(f->fd, &f->dir);
	names = read_names(f, &n);
	changed |= take_names(f, names, n);
	changed |= drop_missing(f);
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
	if (!f->unsorted && f->n > 0)
		qsort(f->list, f->n, sizeof(*f->list), by_uid);
	if (changed)
		save(f);
}

void folder_end(struct folder *f, bool changed)
{
	if (changed)
		save(f);
	(void)flock(f->fd, LOCK_UN);
}

int folder_open(struct folder *f, const char *path)
{
	memset(f, 0, sizeof(*f));
	f->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f->fd == -1)
		return -1;
	f->path = need(strdup(path));
	return 0;
}

void folder_close(struct folder *f)
{
	if (f->fd == -1 || f->path == NULL)
		return;
	clear(f);
	free(f->list);
	free(f->path);
	(void)close(f->fd);
	memset(f, 0, sizeof(*f));
	f->fd = -1;
}

struct mail *folder_find(const struct folder *f, uint32_t uid)
{
	struct mail wanted = {.uid = uid};

	if (f->n == 0)
		return NULL;
	if (!f->unsorted)
		return bsearch(&wanted, f->list, f->n, sizeof(*f->list),
			       by_uid);
	for (size_t i = 0; i < f->n; i++)
		if (f->list[i].uid == uid)
			return &f->list[i];
	return NULL;
}

void folder_renumber(struct folder *f)
{
	f->validity++;
	f->modseq++;
	for (size_t i = 0; i < f->n; i++) {
		f->list[i].uid = (uint32_t)i + 1;
		f->list[i].modseq = f->modseq;
	}
	f->next = (uint32_t)f->n + 1;
}

/* Where a flag is in the list, or NULL. */
static char *flag_at(const struct mail *m, const char *flag)
{
	size_t len = strlen(flag);

	for (char *p = m->flags; *p != '\0'; p += *p == ' ') {
		size_t n = strcspn(p, " ");

		if (n == len && strncasecmp(p, flag, len) == 0)
			return p;
		p += n;
	}
	return NULL;
}

bool mail_has(const struct mail *m, const char *flag)
{
	return flag_at(m, flag) != NULL;
}

void mail_set(struct mail *m, const char *flag, bool on)
{
	char *at = flag_at(m, flag);
	size_t len = strlen(flag), old = strlen(m->flags);

	if (on && at == NULL) {
		m->flags = need(realloc(m->flags, old + len + 2));
		(void)snprintf(m->flags + old, len + 2, "%s%s",
			       old == 0 ? "" : " ", flag);
	} else if (!on && at != NULL) {
		char *end = at + len + (at[len] == ' ');

		memmove(at, end, strlen(end) + 1);
		old = strlen(m->flags);
		if (old > 0 && m->flags[old - 1] == ' ')
			m->flags[old - 1] = '\0';
	}
}

uint32_t folder_add(struct folder *f, const char *name, const char *flags)
{
	struct mail *m = append(f, f->next++, flags, name);

	m->here = true;
	m->modseq = ++f->modseq;
	return m->uid;
}

void folder_free_name(const struct folder *f, const char *wanted, char *name,
		      size_t size)
{
	struct stat st;

	(void)snprintf(name, size, "%s", wanted);
	for (unsigned i = 2; fstatat(f->fd, name, &st, 0) == 0; i++)
		(void)snprintf(name, size, "%.*s,%u", (int)strcspn(wanted, ","),
			       wanted, i);
}
