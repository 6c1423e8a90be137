/* SPDX-License-Identifier: ISC */
#include "mail/mime_uu.h"

#include <string.h>

#include "util/banned.h"

/* A line holds at most 45 bytes, whose number is its first character. */
#define LINE_BYTES_MAX 45

/* "begin 644 name" */
static bool is_begin(struct slice line, struct slice *name)
{
	size_t i = 6, digits = 0;

	if (line.len < 11 || memcmp(line.p, "begin ", 6) != 0)
		return false;
	for (; i < line.len && line.p[i] >= '0' && line.p[i] <= '7'; i++)
		digits++;
	if (digits < 3 || digits > 4 || i == line.len || line.p[i] != ' ')
		return false;
	*name = slice_trim(slice_of(line.p + i, line.len - i));
	return name->len > 0;
}

static unsigned value_of(struct slice line, size_t i)
{
	/* A blank at the end may have been lost on the way; "`" is zero. */
	return i < line.len ? (unsigned)(line.p[i] - ' ') & 63 : 0;
}

/* Append the bytes of one line. False: it is not a line of data. */
static bool decode_line(struct slice line, struct buf *data)
{
	size_t n, groups;

	if (line.len == 0 || line.p[0] < ' ' || line.p[0] > '`')
		return false;
	n = value_of(line, 0);
	groups = (n + 2) / 3;
	if (n > LINE_BYTES_MAX || line.len > 1 + groups * 4 + 2)
		return false;
	for (size_t i = 1; i < line.len; i++)
		if (line.p[i] < ' ' || line.p[i] > '`')
			return false;
	for (size_t g = 0; g < groups; g++) {
		unsigned v = value_of(line, 1 + g * 4) << 18 |
			     value_of(line, 2 + g * 4) << 12 |
			     value_of(line, 3 + g * 4) << 6 |
			     value_of(line, 4 + g * 4);

		for (size_t i = 0; i < 3 && g * 3 + i < n; i++)
			buf_addch(data, (char)(v >> (16 - 8 * i) & 255));
	}
	return true;
}

static struct slice chomp(struct slice line)
{
	if (line.len > 0 && line.p[line.len - 1] == '\r')
		line.len--;
	return line;
}

/* Read data up to "end". False: it is not a block after all. */
static bool decode_block(struct slice *rest, struct buf *data)
{
	struct slice after = *rest, line;
	size_t lines = 0;

	while (slice_split(&after, '\n', &line)) {
		line = chomp(line);
		if (slice_equal(line, slice_str("end"))) {
			*rest = after.p == NULL ? slice_of("", 0) : after;
			return lines > 0;
		}
		/* A lone "`", or an empty line: the data ends. */
		if (line.len > 0 && !decode_line(line, data))
			return false;
		lines++;
	}
	return false;
}

bool uu_next(struct slice *rest, struct slice *before, struct slice *name,
	     struct buf *data)
{
	struct slice after = *rest, line;
	size_t kept = data->len, tried = 0;

	while (slice_split(&after, '\n', &line)) {
		struct slice block = after;

		if (after.p == NULL || !is_begin(chomp(line), name))
			continue;
		/* Stop: each of many false beginnings would be read whole. */
		if (++tried > 100)
			break;
		if (decode_block(&block, data)) {
			*before = slice_of(rest->p, (size_t)(line.p - rest->p));
			*rest = block;
			return true;
		}
		buf_truncate(data, kept);
	}
	*before = *rest;
	*rest = slice_of(NULL, 0);
	return false;
}
