/* SPDX-License-Identifier: ISC */
/*
 * Names of files in Maildirs, as any program may have written them. The lines
 * of an input are a name, letters, and the file dovecot-keywords.
 */
#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../unit/tempdir.h"
#include "maildir/keywords.h"
#include "maildir/maildir.h"
#include "util/hash.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Sorted, and each once. */
static void check_letters(const char *letters)
{
	assert(strlen(letters) < KEYWORD_LETTERS);
	for (; *letters != '\0'; letters++)
		assert(*letters >= 'a' && *letters <= 'z' &&
		       (letters[1] == '\0' || letters[0] < letters[1]));
}

static void check_path(const char *path)
{
	const char *info = maildir_info(path), *slash = strrchr(path, '/');
	char letters[8], keywords[KEYWORD_LETTERS];
	bool trashed;
	unsigned flags = maildir_flags_of(path, &trashed);

	maildir_keywords_of(path, keywords);
	check_letters(keywords);
	maildir_flag_letters(flags, letters);
	assert(info != NULL || (letters[0] == '\0' && keywords[0] == '\0'));
	assert(info == NULL ||
	       (info >= path && memcmp(info + 1, "2,", 2) == 0));
	assert(info == NULL || slash == NULL || info > slash);
	for (const char *l = letters; *l != '\0'; l++)
		assert(strchr(info, *l) != NULL);
}

/* Ours are read back, whatever flags come behind them. */
static void check_ours(const char *name, const char *letters)
{
	unsigned char key[HASH_SIZE];
	char base[MAILDIR_BASE_MAX], back[8];
	struct buf path = BUF_INIT(SIZE_MAX / 2);
	struct maildir_keys keys;
	unsigned flags;
	bool trashed;

	assert(hash_digest(HASH_SHA256, slice_str(name), key));
	maildir_base(base, 1800000000000000 + key[0], key, key + 8, key[1],
		     strlen(name));
	assert(maildir_read_base(base, &keys) && strchr(base, '/') == NULL);
	assert(memcmp(keys.q, key, 8) == 0 && memcmp(keys.c, key + 8, 8) == 0);
	assert(maildir_info(base) == NULL && maildir_has_base(base, base));
	maildir_flag_letters(key[2], back);
	buf_addf(&path, "%s:2,%s%s", base, back, letters);
	assert(maildir_has_base(path.s, base));
	assert(maildir_read_base(path.s, &keys));
	buf_clear(&path);
	buf_addf(&path, "/m/cur/%s:2,%s", base, back);
	flags = maildir_flags_of(path.s, &trashed);
	assert(flags == ((key[2] & 0x2fU) | FLAG_OLD) && !trashed);
	(void)maildir_read_base(name, &keys);
	buf_release(&path);
}

/* The letters of a folder whose file is of any bytes, in another one. */
static void check_keywords(struct slice bytes, const char *letters)
{
	static int from = -1, to = -1;
	char in[KEYWORD_LETTERS], out[KEYWORD_LETTERS] = "",
				  all[KEYWORD_LETTERS];
	struct buf path = BUF_INIT(SIZE_MAX / 2);
	struct error err = ERROR_INIT;
	int fd;

	if (from == -1) {
		from = open(tempdir(), O_DIRECTORY | O_CLOEXEC);
		assert(mkdirat(from, "to", 0700) == 0);
		to = openat(from, "to", O_DIRECTORY | O_CLOEXEC);
	}
	(void)unlinkat(to, "dovecot-keywords", 0);
	fd = openat(from, "dovecot-keywords", O_CREAT | O_TRUNC | O_WRONLY,
		    0600);
	assert(write(fd, bytes.p, bytes.len) == (ssize_t)bytes.len);
	(void)close(fd);
	buf_addf(&path, "a:2,%s", letters);
	maildir_keywords_of(path.s, in);
	assert(keywords_move(from, to, in, out, &err) != -1);
	check_letters(out);
	assert(strlen(out) <= strlen(in));
	keywords_join(in, out, all);
	check_letters(all);
	assert(strlen(all) >= strlen(in));
	buf_release(&path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = slice_of((const char *)data, size), line;
	char *words[2];

	for (int i = 0; i < 2; i++) {
		if (!slice_split(&rest, '\n', &line))
			line = SLICE_EMPTY;
		words[i] = strndup(line.p, line.len);
		assert(words[i] != NULL);
	}
	check_path(words[0]);
	check_ours(words[0], words[1]);
	if (rest.p != NULL)
		check_keywords(rest, words[1]);
	for (int i = 0; i < 2; i++)
		free(words[i]);
	return 0;
}
