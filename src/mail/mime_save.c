/* SPDX-License-Identifier: ISC */
#include "mail/mime_save.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mail/mime.h"
#include "util/escape.h"
#include "util/hash.h"
#include "util/io.h"

#include "util/banned.h"

/* File systems allow 255 bytes; " (" and a hash and ")" must fit, too. */
#define NAME_BYTES_MAX 200

/* The longest extension that is kept when a name is cut. */
#define EXTENSION_MAX 16

/*
 * Different files of one name get numbers up to this, which people like; the
 * others get their hash, so that no number of files takes long.
 */
#define NUMBERS_MAX 9

struct saver {
	int dir_fd;
	const char *directory;
	struct mime_save_result *result;
	struct error *err;
	int rc;
};

/* Characters that reverse the text shown: "gpj.exe" looks like "exe.jpg". */
static bool is_bidi(const char *p, size_t n)
{
	unsigned char c = n == 3 ? (unsigned char)p[2] : 0;

	if (n != 3 || (unsigned char)p[0] != 0xe2)
		return false;
	return ((unsigned char)p[1] == 0x80 && c >= 0xaa && c <= 0xae) ||
	       ((unsigned char)p[1] == 0x81 && c >= 0xa6 && c <= 0xa9);
}

static void add_tame(struct slice name, struct buf *out)
{
	for (size_t i = 0; i < name.len;) {
		size_t n = utf8_sequence(name.p + i, name.len - i);
		unsigned char c = (unsigned char)name.p[i];

		if (n == 0 || c < 0x20 || c == 0x7f ||
		    (c != '\0' && strchr("/\\:", (char)c) != NULL))
			buf_addch(out, '_');
		else if (!is_bidi(name.p + i, n) &&
			 (out->len > 0 || strchr(".-~ ", (char)c) == NULL))
			buf_add(out, name.p + i, n);
		i += n == 0 ? 1 : n;
	}
}

/* Where the extension begins, or the end. */
static size_t extension(struct slice name)
{
	for (size_t i = name.len; i > 1 && name.len - i < EXTENSION_MAX; i--)
		if (name.p[i - 1] == '.')
			return i - 1;
	return name.len;
}

void mime_save_name(struct slice name, struct buf *out)
{
	struct buf tame = BUF_INIT(name.len + 1);
	struct slice all;
	size_t dot, keep;

	add_tame(name, &tame);
	all = slice_trim(buf_slice(&tame));
	if (all.len == 0)
		all = slice_str("attachment");
	dot = extension(all);
	keep = dot;
	if (all.len > NAME_BYTES_MAX)
		keep = NAME_BYTES_MAX - (all.len - dot);
	buf_addslice(out, slice_cut_utf8(slice_of(all.p, dot), keep));
	buf_add(out, all.p + dot, all.len - dot);
	buf_release(&tame);
}

/* "name (2).ext", or "name (0123456789abcdef).ext" with the file's hash. */
static void variant(struct slice name, int n, struct slice bytes,
		    struct buf *out)
{
	unsigned char digest[HASH_SIZE];
	char hex[17];
	struct hash *h;
	size_t dot = extension(name);

	buf_clear(out);
	buf_add(out, name.p, dot);
	if (n > NUMBERS_MAX) {
		h = hash_new();
		hash_update(h, bytes.p, bytes.len);
		hash_final(h, digest);
		hash_free(h);
		hash_hex(digest, 8, hex);
		buf_addf(out, " (%s)", hex);
	} else if (n > 1) {
		buf_addf(out, " (%d)", n);
	}
	buf_add(out, name.p + dot, name.len - dot);
}

/*
 * Does the file hold these bytes? It is synced, too: another process may have
 * written it a moment ago.
 */
static bool is_same(const struct saver *s, const char *name, struct slice bytes)
{
	int fd = openat(s->dir_fd, name,
			O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;
	void *map = MAP_FAILED;
	bool same = false;

	if (fd == -1)
		return false;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    (uint64_t)st.st_size == bytes.len) {
		same = bytes.len == 0;
		if (!same)
			map = mmap(NULL, bytes.len, PROT_READ, MAP_PRIVATE, fd,
				   0);
		if (map != MAP_FAILED) {
			same = memcmp(map, bytes.p, bytes.len) == 0;
			(void)munmap(map, bytes.len);
		}
	}
	same = same && fsync(fd) == 0;
	io_close_quietly(&fd);
	return same;
}

/* Write a complete, durable file under a name that nobody can guess. */
static int write_temporary(const struct saver *s, struct slice bytes,
			   char name[64])
{
	unsigned char random[8];
	char hex[17];
	int fd, rc;

	hash_random(random, sizeof(random));
	hash_hex(random, sizeof(random), hex);
	(void)snprintf(name, 64, ".postroom-%s", hex);
	fd = openat(s->dir_fd, name,
		    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd == -1)
		return error_errno(s->err, ERR_TEMPORARY,
				   "cannot create a file in %s", s->directory);
	rc = io_write(fd, bytes.p, bytes.len, s->directory, s->err);
	if (rc == 0)
		rc = io_sync(fd, s->directory, s->err);
	if (rc == 0)
		rc = io_close(&fd, s->directory, s->err);
	io_close_quietly(&fd);
	if (rc == -1)
		(void)unlinkat(s->dir_fd, name, 0);
	return rc;
}

/* Rename it to a free name, unless one holds these bytes already. */
static int place(struct saver *s, const char *temporary, struct slice name,
		 struct slice bytes)
{
	struct buf final = BUF_INIT(NAME_BYTES_MAX + 32);
	int rc = -1;

	for (int n = 1; n <= NUMBERS_MAX + 1 && rc == -1; n++) {
		variant(name, n, bytes, &final);
		if (io_rename(s->dir_fd, temporary, s->dir_fd, final.s) == 0) {
			s->result->saved++;
			rc = 0;
		} else if (errno != EEXIST) {
			(void)error_errno(s->err, ERR_TEMPORARY,
					  "cannot create %s/%s", s->directory,
					  final.s);
			break;
		} else if (is_same(s, final.s, bytes)) {
			s->result->known++;
			(void)unlinkat(s->dir_fd, temporary, 0);
			rc = 0;
		}
		if (n > NUMBERS_MAX && rc == -1)
			(void)error_set(s->err, ERR_MESSAGE,
					"%s has another file named %s",
					s->directory, final.s);
	}
	buf_release(&final);
	return rc;
}

static void save_one(void *context, struct slice name, struct slice bytes)
{
	struct saver *s = context;
	struct buf safe = BUF_INIT(NAME_BYTES_MAX + 1);
	char temporary[64];

	if (s->rc == -1)
		return;
	mime_save_name(name, &safe);
	s->rc = write_temporary(s, bytes, temporary);
	if (s->rc == 0) {
		s->rc = place(s, temporary, buf_slice(&safe), bytes);
		if (s->rc == -1)
			(void)unlinkat(s->dir_fd, temporary, 0);
	}
	buf_release(&safe);
}

static int save_bytes(struct saver *s, struct slice bytes,
		      const char *const *fallback)
{
	const struct mime_visitor visitor = {s, save_one};
	struct mime_view view;
	bool cut;

	mime_visit(&view, bytes, fallback, &visitor);
	cut = view.cut;
	mime_view_release(&view);
	/* Also without a new file: an earlier try may have been killed here. */
	if (s->rc == 0 && s->result->saved + s->result->known > 0)
		s->rc = io_sync(s->dir_fd, s->directory, s->err);
	if (s->rc == 0 && cut)
		s->rc = error_set(s->err, ERR_MESSAGE,
				  "the message is too large or too deeply "
				  "nested; not all attachments were saved");
	return s->rc;
}

int mime_save(int fd, int dir_fd, const char *directory,
	      const char *const *fallback, struct mime_save_result *result,
	      struct error *err)
{
	struct saver s = {.dir_fd = dir_fd,
			  .directory = directory,
			  .result = result,
			  .err = err};
	struct stat st;
	void *map = NULL;
	size_t len;

	memset(result, 0, sizeof(*result));
	if (fstat(fd, &st) == -1)
		return error_errno(err, ERR_TEMPORARY, "cannot read the spool");
	if (st.st_size == 0)
		return 0;
	/* The rest is not read, and half a file is worse than none. */
	if ((uint64_t)st.st_size > MIME_INPUT_MAX)
		return error_set(err, ERR_MESSAGE,
				 "the message is larger than %zu MiB; its "
				 "attachments are not saved",
				 MIME_INPUT_MAX >> 20);
	len = (size_t)st.st_size;
	map = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		return error_errno(err, ERR_TEMPORARY, "cannot read the spool");
	(void)save_bytes(&s, slice_of(map, len), fallback);
	(void)munmap(map, len);
	return s.rc;
}
