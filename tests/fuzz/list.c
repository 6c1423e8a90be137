/* SPDX-License-Identifier: ISC */
/*
 * Lists in files: any bytes are a list or an error with its line, and what a
 * plain reading of each line finds in it is found.
 */
#include "rules/list.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mail/charset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A file in memory, with a path. */
static struct list *load(struct slice bytes, bool is_address, struct error *err)
{
	static int fd = -1;
	char path[64];

	if (fd == -1)
		fd = memfd_create("list", MFD_CLOEXEC);
	assert(fd != -1 && ftruncate(fd, 0) == 0);
	assert(pwrite(fd, bytes.p, bytes.len, 0) == (ssize_t)bytes.len);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return list_load(path, is_address, err);
}

/* "/proc/self/fd/3:LINE: what is wrong" */
static void check_error(const struct error *err, size_t lines)
{
	const char *colon = strchr(err->text, ':');
	unsigned long long line = 0;
	struct slice number;

	assert(err->kind == ERR_CONFIG && colon != NULL);
	number = slice_until(slice_str(colon + 1), ":");
	assert(slice_number(number, lines, &line) && line > 0);
}

static void check_texts(const struct list *list, struct slice bytes)
{
	int line, last = 0;

	for (size_t i = 0; i < list_texts(list); i++) {
		struct slice text = list_text(list, i, &line);

		assert(line > last && text.len > 0 && text.p[0] != '#');
		assert(slice_trim(text).len == text.len);
		assert(charset_is_utf8(text) && text.len <= bytes.len);
		assert(memchr(text.p, '\0', text.len) == NULL);
		last = line;
	}
}

/* A line that is an address or a domain, in ASCII and without comment. */
static bool finds(const struct list *list, struct slice value)
{
	struct buf mailbox = BUF_INIT(value.len + 10);
	bool found;

	if (value.p[0] == '@')
		buf_addstr(&mailbox, "Any");
	if (value.len > 2 && value.p[0] == '@' && value.p[1] == '.')
		buf_addstr(&mailbox, "@b");
	buf_addslice(&mailbox, slice_skip(value, mailbox.len > 3));
	found = mailbox.len > 1000 ||
		list_has_address(list, buf_slice(&mailbox));
	buf_release(&mailbox);
	return found;
}

static void check_lines(const struct list *list, struct slice rest)
{
	size_t n_texts = 0;
	struct slice line;

	if (rest.len >= 3 && memcmp(rest.p, "\xef\xbb\xbf", 3) == 0)
		rest = slice_skip(rest, 3);
	while (slice_split(&rest, '\n', &line)) {
		struct slice value = slice_trim(line);

		if (value.len == 0 || value.p[0] == '#')
			continue;
		if (value.p[0] == '/' ||
		    memchr(value.p, '@', value.len) == NULL)
			n_texts++;
		else if (slice_is_ascii(value) && list_is_address(value))
			assert(finds(list, value));
	}
	assert(list_texts(list) >= n_texts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice bytes = slice_of((const char *)data, size);
	size_t lines = 1;

	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	for (int i = 0; i < 2; i++) {
		struct error err = ERROR_INIT;
		struct list *list = load(bytes, i == 1, &err);

		if (list == NULL) {
			check_error(&err, lines);
			continue;
		}
		check_texts(list, bytes);
		if (i == 1)
			check_lines(list, bytes);
		(void)list_has_address(list, bytes);
		assert(memmem(data, size, "nobody", 6) != NULL ||
		       memchr(data, '@', size) != NULL ||
		       !list_has_address(list, slice_str("nobody@x.org")));
		list_free(list);
	}
	return 0;
}
