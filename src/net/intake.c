/* SPDX-License-Identifier: ISC */
#include "net/intake.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/io.h"
#include "util/xalloc.h"

#include "util/banned.h"

/*
 * Up to four times the expected size, and at least up to a size that no
 * provider accepts. More counts as endless.
 */
#define SKIP_FACTOR 4
#define SKIP_BYTES  (64 * 1024 * 1024)

/* How often the guard is asked. */
#define GUARD_BYTES (4 * 1024 * 1024)

void intake_init(struct intake *in)
{
	memset(in, 0, sizeof(*in));
	in->output = xmalloc(INTAKE_OUTPUT_SIZE + INTAKE_EXTRA);
	in->hash = hash_new();
	in->fd = -1;
	buf_init(&in->head, INTAKE_HEAD_MAX);
}

void intake_release(struct intake *in)
{
	free(in->output);
	hash_free(in->hash);
	buf_release(&in->head);
	memset(in, 0, sizeof(*in));
}

void intake_watch(struct intake *in, intake_progress *progress,
		  intake_guard *guard, void *context)
{
	in->progress = progress;
	in->guard = guard;
	in->context = context;
}

void intake_begin(struct intake *in, int fd, uint64_t max_bytes)
{
	buf_clear(&in->head);
	in->fd = fd;
	in->max_bytes = max_bytes;
	in->len = 0;
	in->size = 0;
	in->too_large = in->has_cr = false;
}

static int check_guard(struct intake *in, struct error *err)
{
	if (in->guard == NULL || in->unguarded < GUARD_BYTES)
		return 0;
	in->unguarded = 0;
	return in->guard(in->context, err);
}

static int keep_output(struct intake *in, struct error *err)
{
	size_t room = INTAKE_HEAD_MAX - in->head.len;

	buf_add(&in->head, in->output, room < in->len ? room : in->len);
	hash_update(in->hash, in->output, in->len);
	return in->fd == -1 ? 0
			    : io_write(in->fd, in->output, in->len, "the spool",
				       err);
}

int intake_drop(struct intake *in, struct error *err)
{
	if (in->fd != -1 &&
	    (ftruncate(in->fd, 0) == -1 || lseek(in->fd, 0, SEEK_SET) == -1))
		return error_errno(err, ERR_TEMPORARY, "cannot empty a file");
	return 0;
}

int intake_flush(struct intake *in, struct error *err)
{
	if (in->len == 0)
		return 0;
	in->unguarded += in->len;
	if (!in->too_large &&
	    (check_guard(in, err) == -1 || keep_output(in, err) == -1))
		return -1;
	in->size += in->len;
	in->len = 0;
	if (in->max_bytes == 0 || in->size <= in->max_bytes || in->too_large)
		return 0;
	/* From here on the message is only read. */
	in->too_large = true;
	return intake_drop(in, err);
}

static void add_bytes(struct intake *in, const char *p, size_t len)
{
	memcpy(in->output + in->len, p, len);
	in->len += len;
}

/* At most one byte more than it takes comes out: the CR that waited. */
static void convert(struct intake *in, const char *p, size_t len)
{
	while (len > 0) {
		const char *cr;
		size_t n;

		if (in->has_cr && *p != '\n')
			add_bytes(in, "\r", 1);
		cr = memchr(p, '\r', len);
		in->has_cr = cr != NULL;
		n = cr == NULL ? len : (size_t)(cr - p);
		add_bytes(in, p, n);
		p += n + in->has_cr;
		len -= n + in->has_cr;
	}
}

int intake_take(struct intake *in, struct slice bytes, struct error *err)
{
	while (bytes.len > 0) {
		size_t room, n;

		if (in->len >= INTAKE_OUTPUT_SIZE &&
		    intake_flush(in, err) == -1)
			return -1;
		room = INTAKE_OUTPUT_SIZE - in->len;
		n = room < bytes.len ? room : bytes.len;
		convert(in, bytes.p, n);
		bytes = slice_skip(bytes, n);
	}
	return 0;
}

int intake_end(struct intake *in, unsigned char sha256[HASH_SIZE],
	       struct error *err)
{
	if (in->has_cr)
		add_bytes(in, "\r", 1);
	in->has_cr = false;
	if (intake_flush(in, err) == -1)
		return -1;
	hash_final(in->hash, sha256);
	return 0;
}

void intake_show(const struct intake *in)
{
	if (in->progress != NULL)
		in->progress(in->context, in->size + in->len);
}

bool intake_is_endless(uint64_t size, uint64_t expected)
{
	return size > SKIP_BYTES && size / SKIP_FACTOR > expected;
}
