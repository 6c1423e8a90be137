/* SPDX-License-Identifier: ISC */
/*
 * Dots un-stuffed: as a plain reading of RFC 1939 does it, in whatever pieces
 * the bytes come.
 */
#include "pop3/stream.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Line by line, the whole at once. Where it ends, or 0: it does not. */
static size_t read_plainly(struct slice wire, struct buf *out, size_t *removed)
{
	const char *at = wire.p, *end = wire.p + wire.len, *cr;

	while ((cr = memmem(at, (size_t)(end - at), "\r\n", 2)) != NULL) {
		struct slice line = slice_of(at, (size_t)(cr - at));
		bool doubled = line.len > 1 && at[0] == '.' && at[1] == '.';

		at = cr + 2;
		if (line.len == 1 && line.p[0] == '.')
			return (size_t)(at - wire.p);
		buf_addslice(out, slice_skip(line, doubled));
		buf_addch(out, '\n');
		*removed += doubled;
	}
	return 0;
}

/* Pieces of `step` bytes, or of any size for 0, in blocks of their own. */
static size_t read_pieces(struct slice wire, size_t step, struct buf *out,
			  struct pop3_stream *s)
{
	size_t at = 0;

	pop3_stream_init(s);
	while (at < wire.len && s->state != STREAM_DONE) {
		size_t n = step > 0 ? step : 1U + (unsigned char)wire.p[at] % 9;
		size_t len = n < wire.len - at ? n : wire.len - at, got;
		char *in = malloc(len), *text = malloc(len + STREAM_EXTRA);

		assert(in != NULL && text != NULL);
		memcpy(in, wire.p + at, len);
		n = pop3_stream_feed(s, in, len, text, &got);
		assert(n == len || (n < len && s->state == STREAM_DONE));
		assert(got <= len + STREAM_EXTRA);
		buf_add(out, text, got);
		at += n;
		free(in);
		free(text);
	}
	return at;
}

static void check(struct slice wire, size_t step, struct slice text, size_t end,
		  size_t removed)
{
	struct buf out = BUF_INIT(wire.len + STREAM_EXTRA);
	struct pop3_stream s;
	size_t taken = read_pieces(wire, step, &out, &s);

	assert(!out.full && s.taken == taken && out.len <= taken);
	assert((s.state == STREAM_DONE) == (end > 0));
	assert(out.len >= text.len && memcmp(out.s, text.p, text.len) == 0);
	if (end > 0) {
		assert(taken == end && out.len == text.len);
		assert(s.doubled == removed);
		assert(pop3_stream_octets(&s) == end - 3 - removed);
	} else {
		assert(taken == wire.len && s.doubled - removed <= 1);
	}
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice wire = slice_of((const char *)data, size);
	struct buf text = BUF_INIT(size + 1);
	size_t removed = 0, end = read_plainly(wire, &text, &removed);

	for (size_t step = 0; step <= 4; step++)
		check(wire, step, buf_slice(&text), end, removed);
	check(wire, size + 1, buf_slice(&text), end, removed);
	buf_release(&text);
	return 0;
}
