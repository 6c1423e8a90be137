/* SPDX-License-Identifier: ISC */
/* Dovecot's keywords: a file with a line "N name" for each of 26 letters. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tags.h"
#include "util/io.h"
#include "util/xalloc.h"

#include "util/banned.h"

#define KEYWORDS_FILE "dovecot-keywords"
#define KEYWORDS_TMP  "dovecot-keywords.postroom"
#define LOCK_FILE     "dovecot-uidlist.lock"

/* Dovecot writes at most 26 short lines. */
#define FILE_MAX 16384

#define LETTERS 26

/* Two seconds in all; Dovecot holds it for milliseconds. */
#define LOCK_TRIES   100
#define LOCK_NAP_NS  20000000L
#define LOCK_AGE_MAX 120 /* seconds: Dovecot takes an older one for stale */

struct keywords {
	char *names[LETTERS];
	struct buf bytes; /* the file */
	mode_t mode;
};

static int read_file(int dir_fd, struct keywords *k, struct error *err)
{
	int fd = openat(dir_fd, KEYWORDS_FILE,
			O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;
	long n;

	k->mode = 0600;
	if (fd == -1 && errno == ENOENT)
		return 0;
	if (fd == -1)
		return error_errno(err, ERR_TEMPORARY, "cannot read %s",
				   KEYWORDS_FILE);
	if (fstat(fd, &st) == 0)
		k->mode = st.st_mode & 0777;
	(void)buf_reserve(&k->bytes, FILE_MAX);
	n = io_read(fd, k->bytes.s, FILE_MAX, KEYWORDS_FILE, err);
	io_close_quietly(&fd);
	if (n == -1)
		return -1;
	k->bytes.len = (size_t)n;
	buf_terminate(&k->bytes);
	return 0;
}

static void parse(struct keywords *k)
{
	struct slice rest = buf_slice(&k->bytes), line, number;

	while (slice_split(&rest, '\n', &line)) {
		unsigned long long i;

		if (!slice_split(&line, ' ', &number) || line.p == NULL ||
		    line.len == 0 || !slice_number(number, LETTERS - 1, &i) ||
		    k->names[i] != NULL)
			continue;
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

/* IMAP keywords ignore case, and Dovecot's are written in any. */
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

/* Nobody holds a lock for minutes: what is that old was left by a crash. */
static void break_stale(int dir_fd)
{
	struct stat st;

	if (fstatat(dir_fd, LOCK_FILE, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    time(NULL) - st.st_mtime > LOCK_AGE_MAX)
		(void)unlinkat(dir_fd, LOCK_FILE, 0);
}

/* 1: it is ours, 0: it could not be had. */
static int lock(int dir_fd, struct error *err)
{
	const struct timespec nap = {0, LOCK_NAP_NS};

	for (int i = 0; i < LOCK_TRIES; i++) {
		int fd = openat(dir_fd, LOCK_FILE,
				O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC |
					O_NOFOLLOW,
				0600);

		if (fd != -1) {
			io_close_quietly(&fd);
			return 1;
		}
		if (errno != EEXIST && errno != EINTR)
			return error_errno(err, ERR_TEMPORARY,
					   "cannot create %s", LOCK_FILE);
		break_stale(dir_fd);
		(void)nanosleep(&nap, NULL);
	}
	return 0;
}

/* 1: all tags have a letter now, 0: there are too few. */
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
		for (char *p = k->names[letter]; *p != '\0'; p++)
			if (*p >= 'A' && *p <= 'Z')
				*p = (char)(*p + 32);
		if (k->bytes.len > 0 && k->bytes.s[k->bytes.len - 1] != '\n')
			buf_addch(&k->bytes, '\n');
		buf_addf(&k->bytes, "%d %s\n", letter, k->names[letter]);
	}
	return k->bytes.full ? 0 : 1;
}

/* A new file in the place of the old one, as Dovecot does it. */
static int write_file(int dir_fd, const struct keywords *k, struct error *err)
{
	int fd, rc;

	(void)unlinkat(dir_fd, KEYWORDS_TMP, 0); /* of a crash: we are locked */
	fd = openat(dir_fd, KEYWORDS_TMP,
		    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd == -1)
		return error_errno(err, ERR_TEMPORARY, "cannot create %s",
				   KEYWORDS_TMP);
	(void)fchmod(fd, k->mode);
	rc = io_write(fd, k->bytes.s, k->bytes.len, KEYWORDS_TMP, err);
	if (rc == 0)
		rc = io_sync(fd, KEYWORDS_TMP, err);
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
		for (const char *p = t->names[i]; *p != '\0'; p++)
			if ((unsigned char)*p >= 0x80)
				return false;
	return true;
}

static void put_letters(const struct keywords *k, const struct tags *t,
			char letters[TAG_LETTERS])
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

int tags_keyword_letters(int dir_fd, const struct tags *t,
			 char letters[TAG_LETTERS], struct error *err)
{
	struct keywords k = {.bytes = BUF_INIT(FILE_MAX)};
	int rc;

	letters[0] = '\0';
	if (!is_ascii(t))
		return 0;
	rc = load(dir_fd, &k, err);
	if (rc == 0 && all_known(&k, t)) {
		rc = 1;
	} else if (rc == 0) {
		rc = lock(dir_fd, err);
		if (rc == 1) {
			rc = add_locked(dir_fd, &k, t, err);
			(void)unlinkat(dir_fd, LOCK_FILE, 0);
		}
	}
	if (rc == 1)
		put_letters(&k, t, letters);
	release(&k);
	return rc;
}
