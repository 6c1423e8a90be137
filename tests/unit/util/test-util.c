/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>

#include "../tap.h"
#include "../tempdir.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/error.h"
#include "util/escape.h"
#include "util/hash.h"
#include "util/io.h"
#include "util/lock.h"
#include "util/spawn.h"

static void test_buf(void)
{
	struct buf b = BUF_INIT(10);

	buf_addstr(&b, "12345");
	buf_addf(&b, "%d", 678);
	is_str("12345678", b.s, "appended");
	buf_addstr(&b, "9abc");
	ok(b.full && b.len == 8, "what does not fit is dropped whole");
	buf_consume(&b, 3);
	is_str("45678", b.s, "consumed at the front");
	buf_clear(&b);
	ok(!b.full && b.len == 0, "cleared");
	buf_add(&b, "a\0b", 3);
	is_int(3, b.len, "NULs are bytes like others");
	buf_release(&b);
	is_str("", b.s, "released: empty and usable");
}

struct number {
	const char *text;
	unsigned long long max;
	long long value; /* -1: refused */
};

static void test_numbers(void)
{
	static const struct number numbers[] = {
		{"0", 9, 0},
		{"7", 9, 7},
		{"007", 9, 7},
		{"10", 9, -1},
		{"", 9, -1},
		{"-1", 9, -1},
		{"+1", 9, -1},
		{" 1", 9, -1},
		{"1 ", 9, -1},
		{"0x1", 9, -1},
		{"1e1", 99, -1},
		{"4294967297", 4294967296ULL, -1},
		{"99999999999999999999999", ~0ULL, -1},
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		unsigned long long value = 0;
		bool good = slice_number(slice_str(numbers[i].text),
					 numbers[i].max, &value);

		is_int(numbers[i].value, good ? (long long)value : -1,
		       numbers[i].text);
	}
}

struct escaped {
	const char *name, *raw;
	size_t len;
	const char *want;
};

static void test_escape(void)
{
	static const struct escaped table[] = {
		{"text stays", "abc äöü 发票 😀", 22, "abc äöü 发票 😀"},
		{"H11: terminal escapes do not", "\033[31m", 5, "\\x1b[31m"},
		{"nor newlines", "a\nb\r", 4, "a\\x0ab\\x0d"},
		{"nor NUL", "a\0b", 3, "a\\x00b"},
		{"nor invalid bytes", "\xff\xc3", 2, "\\xff\\xc3"},
		{"nor overlong forms", "\xc0\xaf", 2, "\\xc0\\xaf"},
		{"nor C1 controls", "\xc2\x9b", 2, "\\xc2\\x9b"},
		{"nor reordering", "\xe2\x80\xae", 3, "\\xe2\\x80\\xae"},
	};
	char out[64];

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		escape_to(out, sizeof(out), table[i].raw, table[i].len);
		is_str(table[i].want, out, table[i].name);
	}
	escape_to(out, 6, "aä\n", 4);
	is_str("aä", out, "cut between characters, never within an escape");
}

static void test_columns(void)
{
	unsigned used;

	is_int(1, utf8_columns("a", 1), "a letter is one column wide");
	is_int(1, utf8_columns("я", 2), "so is a Russian one");
	is_int(1, utf8_columns("…", 3), "and an ellipsis");
	is_int(2, utf8_columns("発", 3), "a Chinese character is two");
	is_int(2, utf8_columns("한", 3), "so is a Korean one");
	is_int(2, utf8_columns("😀", 4), "and a picture");
	is_int(0, utf8_columns("\xcc\x81", 2), "an accent of its own is none");
	is_int(0, utf8_columns("\xe3\x82\x99", 3),
	       "nor is a voiced sound mark");
	is_int(1, utf8_columns("\xff", 0), "what is not UTF-8 is one");
	is_int(4, utf8_fitting("a発票", 4, &used), "a half does not fit");
	is_int(3, used, "and takes nothing");
	is_int(7, utf8_fitting("a発票", 9, &used), "all of it");
	is_int(5, used, "takes what it takes");
}

static void test_error(void)
{
	struct error err = ERROR_INIT;

	is_int(-1, error_set(&err, ERR_PERSON, "bad %s", "x\ny"), "returns -1");
	is_str("bad x\\x0ay", err.text, "the text is escaped");
	(void)error_prefix(&err, "work");
	is_str("work: bad x\\x0ay", err.text, "context goes before");
	errno = ENOSPC;
	(void)error_errno(&err, ERR_TEMPORARY, "write");
	is_str("write: No space left on device", err.text, "errno as text");
	is_int(77, exit_status_worse(75, 77), "77 is worse than 75");
	is_int(78, exit_status_worse(78, 77), "78 is worse than 77");
	is_int(75, exit_status_worse(0, 75), "75 is worse than 0");
	is_int(0, exit_status_worse(0, 0), "0 is 0");
}

static void test_hash(void)
{
	struct hash *h = hash_new();
	unsigned char digest[HASH_SIZE];
	char hex[2 * HASH_SIZE + 1];

	for (int i = 0; i < 2; i++) {
		hash_update(h, "ab", 2);
		hash_update(h, "c", 1);
		hash_final(h, digest);
		hash_hex(digest, HASH_SIZE, hex);
		is_str("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff"
		       "61f20015ad",
		       hex, "SHA-256 of \"abc\", again and again");
	}
	hash_free(h);
}

static void test_io(void)
{
	struct error err = ERROR_INIT;
	struct buf b = BUF_INIT(10);
	int fd;

	is_int(0, io_make_directory(temp_path("a/b/c"), &err),
	       "a directory with its parents");
	is_int(0, io_make_directory(temp_path("a/b/c/"), &err), "once more");
	fd = open(temp_path("a/file"), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	is_int(0, io_write(fd, "0123456789", 10, "file", &err), "written");
	is_int(0, io_sync(fd, "file", &err), "synced");
	is_int(0, io_close(&fd, "file", &err), "closed");
	is_int(0, io_read_file(temp_path("a/file"), &b, &err), "read");
	is_str("0123456789", b.s, "what was written");
	buf_release(&b);
	b.max = 9;
	is_int(-1, io_read_file(temp_path("a/file"), &b, &err),
	       "a file over the limit is an error");
	buf_release(&b);
	is_int(-1, io_make_directory(temp_path("a/file"), &err),
	       "a file is not a directory");
	is_int(-1, io_make_directory(temp_path("a/file/x"), &err),
	       "and has none in it");
	fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	is_int(-1, io_write(fd, "x", 1, "/dev/full", &err), "D1: a full disk");
	is_int(ERR_LOCAL, err.kind, "is trouble of our own");
	(void)close(fd);
}

static void test_lock(void)
{
	struct error err = ERROR_INIT;
	int a = -1, b = -1;

	is_int(1,
	       lock_take(temp_path("lock"), LOCK_EXCLUSIVE, LOCK_TRY, &a, &err),
	       "a lock is taken");
	is_int(0,
	       lock_take(temp_path("lock"), LOCK_EXCLUSIVE, LOCK_TRY, &b, &err),
	       "by one only");
	is_int(1, lock_is_taken(temp_path("lock"), &err), "which can be seen");
	(void)close(a);
	is_int(0, lock_is_taken(temp_path("lock"), &err), "until it is not");
	is_int(0, lock_is_taken(temp_path("none"), &err), "where there is one");
	is_int(1, lock_take(temp_path("lock"), LOCK_SHARED, LOCK_TRY, &a, &err),
	       "given back it can be shared");
	is_int(1,
	       lock_take(temp_path("lock"), LOCK_SHARED, LOCK_WAIT, &b, &err),
	       "by two");
	(void)close(a);
	(void)close(b);
	is_int(-1,
	       lock_take(temp_path("no/lock"), LOCK_SHARED, LOCK_TRY, &a, &err),
	       "a lock that cannot be made is an error");
}

static int capture(const char *script, struct buf *out, struct error *err)
{
	char sh[] = "sh", c[] = "-c", text[256];
	char *argv[] = {sh, c, text, NULL};

	(void)snprintf(text, sizeof(text), "%s", script);
	return spawn_capture(argv, 1, out, err);
}

static void test_spawn(void)
{
	struct error err = ERROR_INIT;
	struct buf out = BUF_INIT(100);
	char none[] = "/no/such/program";
	char *argv[] = {none, NULL};
	int64_t start = clock_ms();

	is_int(0, capture("echo secret; cat", &out, &err), "a command");
	is_str("secret\n", out.s, "its output; its input is empty");
	is_int(-1, capture("exit 3", &out, &err), "a command that says no");
	ok(strstr(err.text, "exit status 3") != NULL, "with its status");
	is_int(-1, spawn_capture(argv, 1, &out, &err), "no such command");
	ok(strstr(err.text, "cannot run /no/such/program: No such") != NULL,
	   "could not start is not exited 127");
	is_int(-1, capture("sleep 100 & sleep 100", &out, &err),
	       "a command that does not end");
	is_int(-1, capture("yes", &out, &err), "nor one that never stops");
	ok(strstr(err.text, "did not end in time") != NULL, "which is said");
	ok(clock_ms() - start < 20000, "both are ended");
	buf_release(&out);
}

int main(void)
{
	(void)tempdir();
	test_buf();
	test_numbers();
	test_escape();
	test_columns();
	test_error();
	test_hash();
	test_io();
	test_lock();
	test_spawn();
	return done_testing();
}
