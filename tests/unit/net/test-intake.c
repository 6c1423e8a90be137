/* SPDX-License-Identifier: ISC */
#include <sys/mman.h>
#include <unistd.h>

#include "../tap.h"
#include "net/intake.h"

/* More than the output holds. */
#define LARGE (INTAKE_OUTPUT_SIZE * 3 + 5)

static int open_file(void)
{
	return memfd_create("message", MFD_CLOEXEC);
}

/* What the file holds. */
static void read_file(int fd, struct buf *out)
{
	char piece[4096];
	ssize_t n;

	buf_clear(out);
	(void)lseek(fd, 0, SEEK_SET);
	while ((n = read(fd, piece, sizeof(piece))) > 0)
		buf_add(out, piece, (size_t)n);
	(void)close(fd);
}

/* A message in pieces of `step` bytes. Returns 0 or -1. */
static int take(struct intake *in, struct slice bytes, size_t step,
		uint64_t max, unsigned char sha256[HASH_SIZE], struct buf *file)
{
	struct error err = ERROR_INIT;
	int fd = open_file();
	int rc = 0;

	intake_begin(in, fd, max);
	while (rc == 0 && bytes.len > 0) {
		size_t n = bytes.len < step ? bytes.len : step;

		rc = intake_take(in, slice_of(bytes.p, n), &err);
		bytes = slice_skip(bytes, n);
	}
	if (rc == 0)
		rc = intake_end(in, sha256, &err);
	read_file(fd, file);
	return rc;
}

static void test_line_ends(struct intake *in)
{
	static const struct {
		const char *bytes, *file;
	} cases[] = {
		{"", ""},
		{"a\r\nb\r\n", "a\nb\n"},
		{"a\nb\n", "a\nb\n"},
		{"a\rb", "a\rb"},
		{"\r\r\n\r", "\r\n\r"},
		{"\r", "\r"},
		{"\r\n", "\n"},
		{"\n\r\n\r\r", "\n\n\r\r"},
	};
	struct buf file = BUF_INIT(LARGE);
	unsigned char got[HASH_SIZE], want[HASH_SIZE];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (size_t step = 1; step < 6; step++) {
			(void)take(in, slice_str(cases[i].bytes), step, 0, got,
				   &file);
			is_str(cases[i].file, file.s, "CRLF becomes LF");
			is_slice(cases[i].file, buf_slice(&in->head),
				 "its start");
			(void)hash_digest(HASH_SHA256, buf_slice(&file), want);
			ok(hash_equal(got, want, HASH_SIZE), "its hash");
		}
	buf_release(&file);
}

static void test_large(struct intake *in)
{
	struct buf bytes = BUF_INIT(LARGE), want = BUF_INIT(LARGE);
	struct buf file = BUF_INIT(LARGE);
	unsigned char sha256[HASH_SIZE];
	bool same = true;

	while (bytes.len < LARGE) {
		char c = "ab\r\n\r\rc\n"[bytes.len % 9];

		buf_addch(&bytes, c == '\0' ? 'x' : c);
	}
	for (size_t i = 0; i < bytes.len; i++)
		if (bytes.s[i] != '\r' || bytes.s[i + 1] != '\n')
			buf_addch(&want, bytes.s[i]);
	for (size_t step = INTAKE_OUTPUT_SIZE - 3; step < LARGE; step += 4093) {
		(void)take(in, buf_slice(&bytes), step, 0, sha256, &file);
		same &= slice_equal(buf_slice(&file), buf_slice(&want));
	}
	ok(same, "a message of several writes, in pieces");
	is_int(INTAKE_HEAD_MAX, in->head.len, "of which the start is kept");
	is_int(want.len, in->size, "its size");
	(void)take(in, buf_slice(&bytes), 1000, INTAKE_OUTPUT_SIZE, sha256,
		   &file);
	ok(in->too_large && file.len == 0, "larger than allowed: not kept");
	is_int(want.len, in->size, "but measured");
	(void)take(in, buf_slice(&bytes), 1000, want.len, sha256, &file);
	ok(!in->too_large && file.len == want.len, "as large as allowed");
	buf_release(&bytes);
	buf_release(&want);
	buf_release(&file);
}

static int refuse(void *context, struct error *err)
{
	++*(int *)context;
	return error_set(err, ERR_LOCAL, "no room");
}

static void test_guard(struct intake *in)
{
	struct error err = ERROR_INIT;
	char bytes[65536] = {0};
	int calls = 0, n = 0;

	intake_watch(in, NULL, refuse, &calls);
	in->unguarded = 0;
	intake_begin(in, -1, 0);
	while (n < 1000 &&
	       intake_take(in, slice_of(bytes, sizeof(bytes)), &err) == 0)
		n++;
	ok(calls == 1 && n > 60 && n < 80, "the guard is asked each few MB");
	intake_watch(in, NULL, NULL, NULL);
}

static void test_endless(void)
{
	ok(!intake_is_endless(64 * 1024 * 1024, 1), "a large message");
	ok(intake_is_endless(64 * 1024 * 1024 + 1, 1), "one without an end");
	ok(!intake_is_endless(400000000, 100000000), "one of the size");
	ok(intake_is_endless(400000004, 100000000), "one of four times it");
}

int main(void)
{
	struct intake in;

	intake_init(&in);
	test_line_ends(&in);
	test_large(&in);
	test_guard(&in);
	test_endless();
	intake_release(&in);
	return done_testing();
}
