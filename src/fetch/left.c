/* SPDX-License-Identifier: ISC */
/* A fetcher leaves this to its parent, through a pipe. */
#include <string.h>

#include "fetch/internal.h"
#include "util/escape.h"
#include "util/flat.h"
#include "util/io.h"

#include "util/banned.h"

/* Two texts and some numbers. A pipe takes so much at once (PIPE_BUF). */
#define LEFT_MAX 4096

static void put_error(struct buf *out, const struct error *error)
{
	flat_put_number(out, error->kind);
	flat_put_string(out, error->text);
}

static bool read_error(struct slice *rest, struct error *out)
{
	struct slice text;
	uint64_t kind;

	if (!flat_number(rest, ERR_USAGE, &kind) ||
	    !flat_bytes(rest, sizeof(out->text) - 1, &text))
		return false;
	out->kind = (enum error_kind)kind;
	escape_to(out->text, sizeof(out->text), text.p, text.len);
	return true;
}

void fetch_leave(int fd, const struct fetch_left *left)
{
	struct error ignored = ERROR_INIT;
	struct buf bytes = BUF_INIT(LEFT_MAX);

	flat_put_number(&bytes, left->again);
	flat_put_number(&bytes, (uint64_t)left->run.began);
	flat_put_number(&bytes, left->run.unpipelined);
	flat_put_number(&bytes, left->run.at_once);
	flat_put_number(&bytes, (uint64_t)left->run.n_over);
	put_error(&bytes, &left->run.first);
	put_error(&bytes, &left->trouble);
	if (fd != -1)
		(void)io_write(fd, bytes.s, bytes.len, "a pipe", &ignored);
	buf_release(&bytes);
}

static bool decode(struct slice rest, struct fetch_left *out)
{
	uint64_t again, began, unpipelined, at_once, n_over;

	if (!flat_number(&rest, 1, &again) ||
	    !flat_number(&rest, INT64_MAX, &began) ||
	    !flat_number(&rest, 1, &unpipelined) ||
	    !flat_number(&rest, 1, &at_once) ||
	    !flat_number(&rest, FETCH_OVER_MAX, &n_over) ||
	    !read_error(&rest, &out->run.first) ||
	    !read_error(&rest, &out->trouble))
		return false;
	out->again = again == 1;
	out->run.began = (int64_t)began;
	out->run.unpipelined = unpipelined == 1;
	out->run.at_once = at_once == 1;
	out->run.n_over = (int)n_over;
	return rest.len == 0;
}

void fetch_take_left(int fd, struct fetch_left *out)
{
	struct error ignored = ERROR_INIT;
	char bytes[LEFT_MAX];
	long n = io_read(fd, bytes, sizeof(bytes), "a pipe", &ignored);

	memset(out, 0, sizeof(*out));
	if (n > 0 && !decode(slice_of(bytes, (size_t)n), out))
		memset(out, 0, sizeof(*out));
}
