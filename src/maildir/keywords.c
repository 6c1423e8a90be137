/* SPDX-License-Identifier: ISC */
/* The file has a line "N name" for each of 26 letters. */
#include "maildir/keywords.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "maildir/dovecot_lock.h"
#include "util/io.h"
#include "util/xalloc.h"

#include "util/banned.h"

#define KEYWORDS_FILE "dovecot-keywords"
#define LOCK_FILE     "dovecot-uidlist.lock"
#define KEYWORDS_TMP  "dovecot-keywords.postroom"

/* Dovecot writes at most 26 short lines. */
#define FILE_MAX 16384

#define LETTERS 26

struct keywords {
	char *names[LETTERS];
	struct buf bytes; /* the file */
	mode_t mode;
	bool exists;
	time_t mtime; /* when it exists */
};

static int read_open(int fd, struct keywords *k, struct error *err)
{
	struct stat st;
	long n;

	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode))
		return error_set(err, ERR_TEMPORARY, "%s is not a file",
				 KEYWORDS_FILE);
	k->exists = true;
	k->mode = st.st_mode & 0777;
	k->mtime = st.st_mtime;
	(void)buf_reserve(&k->bytes, FILE_MAX);
	n = io_read(fd, k->bytes.s, FILE_MAX, KEYWORDS_FILE, err);
	if (n == -1)
		return -1;
	k->bytes.len = (size_t)n;
	buf_terminate(&k->bytes);
	return 0;
}

static int read_file(int dir_fd, struct keywords *k, struct error *err)
{
	/* O_NONBLOCK: a FIFO without a writer would block the open. */
	int fd = openat(dir_fd, KEYWORDS_FILE,
			O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK |
				O_NOCTTY);
	int rc;

	k->mode = 0600;
	k->exists = false;
	if (fd == -1 && errno == ENOENT)
		return 0;
	if (fd == -1)
		return error_errno(err, ERR_TEMPORARY, "cannot read %s",
				   KEYWORDS_FILE);
	rc = read_open(fd, k, err);
	io_close_quietly(&fd);
	return rc;
}

/* For a letter that is listed twice the last name counts, as in Dovecot. */
static void parse(struct keywords *k)
{
	struct slice rest = buf_slice(&k->bytes), line, number;

	while (slice_split(&rest, '\n', &line)) {
		unsigned long long i;

		if (!slice_split(&line, ' ', &number) || line.p == NULL ||
		    line.len == 0 || !slice_number(number, LETTERS - 1, &i))
			continue;
		free(k->names[i]);
		k->names[i] = xmemdup0(line.p, line.len);
	}
}

static void release(struct keywords *k)
{
	for (size_t i = 0; i < LETTERS; i++)
		free(k->names[i]);
	buf_release(&k->bytes);
	memset(k->names, 0, sizeof(k->names));
}

static int load(int dir_fd, struct keywords *k, struct error *err)
{
	release(k);
	if (read_file(dir_fd, k, err) == -1)
		return -1;
	parse(k);
	return 0;
}

/*
 * IMAP keywords ignore case. The first spelling stays: mail readers know
 * "$Forwarded" and the like as it is written.
 */
static int find(const struct keywords *k, const char *tag)
{
	for (int i = 0; i < LETTERS; i++)
		if (k->names[i] != NULL &&
		    slice_equal_nocase(slice_str(k->names[i]), slice_str(tag)))
			return i;
	return -1;
}

static bool all_known(const struct keywords *k, const struct tags *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (find(k, t->names[i]) == -1)
			return false;
	return true;
}

/* 1: every tag has a letter now; 0: there are too few letters. */
static int add_missing(struct keywords *k, const struct tags *t)
{
	for (size_t i = 0; i < t->n; i++) {
		int letter = 0;

		if (find(k, t->names[i]) != -1)
			continue;
		while (letter < LETTERS && k->names[letter] != NULL)
			letter++;
		if (letter == LETTERS)
			return 0;
		k->names[letter] = xstrdup(t->names[i]);
		if (k->bytes.len > 0 && k->bytes.s[k->bytes.len - 1] != '\n')
			buf_addch(&k->bytes, '\n');
		buf_addf(&k->bytes, "%d %s\n", letter, k->names[letter]);
	}
	return k->bytes.full ? 0 : 1;
}

/*
 * Dovecot reads the file again only when its mtime, in seconds, has changed.
 * Always make it grow: also twice in a second, and from a time in the future.
 */
static int grow_mtime(int fd, const struct keywords *k, struct error *err)
{
	const struct timespec times[2] = {{0, UTIME_OMIT}, {k->mtime + 1, 0}};
	struct stat st;

	if (!k->exists)
		return 0;
	if (fstat(fd, &st) == 0 &&
	    (st.st_mtime > k->mtime || futimens(fd, times) == 0))
		return 0;
	return error_errno(err, ERR_TEMPORARY, "cannot set the time of %s",
			   KEYWORDS_TMP);
}

static int fill_file(int fd, const struct keywords *k, struct error *err)
{
	(void)fchmod(fd, k->mode);
	if (io_write(fd, k->bytes.s, k->bytes.len, KEYWORDS_TMP, err) == -1 ||
	    grow_mtime(fd, k, err) == -1)
		return -1;
	return io_sync(fd, KEYWORDS_TMP, err);
}

/* Replace the file by a new one, as Dovecot does. */
static int write_file(int dir_fd, const struct keywords *k, struct error *err)
{
	int fd, rc;

	/* One left by a crash: nobody else writes it while we have the lock. */
	(void)unlinkat(dir_fd, KEYWORDS_TMP, 0);
	fd = openat(dir_fd, KEYWORDS_TMP,
		    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd == -1)
		return error_errno(err, ERR_TEMPORARY, "cannot create %s",
				   KEYWORDS_TMP);
	rc = fill_file(fd, k, err);
	if (rc == 0)
		rc = io_close(&fd, KEYWORDS_TMP, err);
	io_close_quietly(&fd);
	if (rc == 0 &&
	    renameat(dir_fd, KEYWORDS_TMP, dir_fd, KEYWORDS_FILE) == -1)
		rc = error_errno(err, ERR_TEMPORARY, "cannot replace %s",
				 KEYWORDS_FILE);
	if (rc == -1)
		(void)unlinkat(dir_fd, KEYWORDS_TMP, 0);
	return rc == -1 ? -1 : io_sync(dir_fd, "the Maildir", err);
}

static int add_locked(int dir_fd, struct keywords *k, const struct tags *t,
		      struct error *err)
{
	int rc;

	if (load(dir_fd, k, err) == -1)
		return -1;
	if (all_known(k, t))
		return 1;
	rc = add_missing(k, t);
	if (rc == 1 && write_file(dir_fd, k, err) == -1)
		rc = -1;
	return rc;
}

static bool is_ascii(const struct tags *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (!slice_is_ascii(slice_str(t->names[i])))
			return false;
	return true;
}

static void put_letters(const struct keywords *k, const struct tags *t,
			char letters[KEYWORD_LETTERS])
{
	bool used[LETTERS] = {false};
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		used[find(k, t->names[i])] = true;
	for (size_t i = 0; i < LETTERS; i++)
		if (used[i])
			letters[n++] = (char)('a' + i);
	letters[n] = '\0';
}

int keywords_assign(int dir_fd, const struct tags *t,
		    char letters[KEYWORD_LETTERS], struct error *err)
{
	struct keywords k = {.bytes = BUF_INIT(FILE_MAX)};
	int lock_fd = -1, rc;

	letters[0] = '\0';
	if (!is_ascii(t))
		return 0;
	rc = load(dir_fd, &k, err);
	if (rc == 0 && all_known(&k, t)) {
		rc = 1;
	} else if (rc == 0) {
		rc = dovecot_lock(dir_fd, LOCK_FILE, &lock_fd, err);
		if (rc == 1)
			rc = add_locked(dir_fd, &k, t, err);
		dovecot_unlock(dir_fd, LOCK_FILE, &lock_fd);
	}
	if (rc == 1)
		put_letters(&k, t, letters);
	release(&k);
	return rc;
}

void keywords_join(const char *a, const char *b, char out[KEYWORD_LETTERS])
{
	char joined[KEYWORD_LETTERS];
	size_t n = 0;

	for (int c = 'a'; c <= 'z'; c++)
		if (strchr(a, c) != NULL || strchr(b, c) != NULL)
			joined[n++] = (char)c;
	joined[n] = '\0';
	memcpy(out, joined, n + 1);
}

/* One keyword; false: it cannot be kept. */
static bool move_one(int to_fd, char *name, char out[KEYWORD_LETTERS])
{
	const struct tags one = {&name, 1};
	struct error ignored = ERROR_INIT;
	char letter[KEYWORD_LETTERS];

	if (keywords_assign(to_fd, &one, letter, &ignored) != 1)
		return false;
	keywords_join(out, letter, out);
	return true;
}

static int move_named(int to_fd, const struct tags *names,
		      char out[KEYWORD_LETTERS], struct error *err)
{
	int rc = keywords_assign(to_fd, names, out, err);
	bool all = true;

	/* Too many for the folder: those that fit. */
	for (size_t i = 0; rc == 0 && i < names->n; i++)
		all &= move_one(to_fd, names->names[i], out);
	return rc == -1 ? -1 : rc == 1 || all;
}

int keywords_move(int from_fd, int to_fd, const char *letters,
		  char out[KEYWORD_LETTERS], struct error *err)
{
	struct keywords from = {.bytes = BUF_INIT(FILE_MAX)};
	struct keywords to = {.bytes = BUF_INIT(FILE_MAX)};
	char *names[LETTERS];
	struct tags named = {names, 0};
	char unnamed[KEYWORD_LETTERS] = "";
	int rc = load(from_fd, &from, err);

	out[0] = '\0';
	if (rc == 0)
		rc = load(to_fd, &to, err);
	for (const char *p = letters; rc == 0 && *p != '\0'; p++) {
		const char one[2] = {*p, '\0'};
		int i = *p - 'a';

		if (i < 0 || i >= LETTERS)
			continue;
		if (from.names[i] != NULL)
			named.names[named.n++] = from.names[i];
		else if (to.names[i] == NULL)
			keywords_join(unnamed, one, unnamed);
	}
	if (rc == 0)
		rc = named.n == 0 ? 1 : move_named(to_fd, &named, out, err);
	if (rc != -1)
		keywords_join(out, unnamed, out);
	release(&from);
	release(&to);
	return rc;
}

/* FOLDER of FOLDER/cur/NAME. Allocated. */
static char *folder_of(const char *message)
{
	char *folder = xstrdup(message), *slash;

	for (int i = 0; i < 2; i++) {
		slash = strrchr(folder, '/');
		if (slash != NULL)
			*slash = '\0';
	}
	return folder;
}

int keywords_carry(const char *message, const char *to,
		   char out[KEYWORD_LETTERS], struct error *err)
{
	char letters[KEYWORD_LETTERS], *folder;
	int from_fd, to_fd = -1, rc = -1;

	out[0] = '\0';
	maildir_keywords_of(message, letters);
	if (letters[0] == '\0')
		return 1;
	folder = folder_of(message);
	/* The letters of a folder that is gone mean nothing. */
	if (access(folder, F_OK) == -1 && errno == ENOENT) {
		free(folder);
		return 1;
	}
	from_fd = io_open_directory(AT_FDCWD, folder, err);
	free(folder);
	if (from_fd != -1)
		to_fd = io_open_directory(AT_FDCWD, to, err);
	if (to_fd != -1)
		rc = keywords_move(from_fd, to_fd, letters, out, err);
	io_close_quietly(&from_fd);
	io_close_quietly(&to_fd);
	return rc;
}
