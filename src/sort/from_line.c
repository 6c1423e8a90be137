/* SPDX-License-Identifier: ISC */
#include "sort/from_line.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "mail/origin.h"
#include "sort/scratch.h"
#include "util/io.h"

#include "util/banned.h"

/* Longer lines are no envelopes: an address has at most 254 bytes. */
#define LINE_MAX_BYTES 1024

/* The length of such a line at this place; 0: there is none; -1. */
static ssize_t length_at(int fd, off_t at, struct error *err)
{
	char line[LINE_MAX_BYTES];
	ssize_t n = pread(fd, line, sizeof(line), at);
	struct slice start;
	const char *end;

	if (n == -1)
		return error_errno(err, ERR_TEMPORARY, "cannot read the spool");
	start = slice_of(line, (size_t)n);
	if (n > 0 && line[0] == '>')
		start = slice_of(line + 1, (size_t)n - 1);
	if (!origin_is_from_line(start))
		return 0;
	end = memchr(line, '\n', (size_t)n);
	return end == NULL ? 0 : end + 1 - line;
}

int from_line_drop(struct spool *spool, int fd, bool *own_out,
		   struct error *err)
{
	off_t skip = 0;
	ssize_t n;
	int to;

	*own_out = false;
	while ((n = length_at(fd, skip, err)) > 0)
		skip += n;
	if (n == -1)
		return -1;
	if (skip == 0)
		return fd;
	to = sort_scratch(spool, err);
	if (to != -1 && io_copy_from(fd, skip, to, "the spool", err) == -1)
		io_close_quietly(&to);
	*own_out = to != -1;
	return to;
}
