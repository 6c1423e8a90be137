/* SPDX-License-Identifier: ISC */
/*
 * This program replaces some functions of the C library: write() is interrupted
 * every other time and never takes more than three bytes; fstatfs() returns
 * the type that a test wants, syncfs() counts its calls, and uname() names a
 * kernel that is new enough.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/vfs.h>

#include "../tap.h"
#include "../tempdir.h"
#include "util/buf.h"
#include "util/io.h"

static bool hostile;
static int calls;

ssize_t write(int fd, const void *p, size_t len)
{
	if (hostile && ++calls % 2 == 1) {
		errno = EINTR;
		return -1;
	}
	if (hostile && len > 3)
		len = 3;
	return syscall(SYS_write, fd, p, len);
}

static unsigned long filesystem;
static int synced;

int fstatfs(int fd, struct statfs *out)
{
	(void)fd;
	memset(out, 0, sizeof(*out));
	out->f_type = (__typeof__(out->f_type))filesystem;
	return 0;
}

int uname(struct utsname *out)
{
	memset(out, 0, sizeof(*out));
	(void)snprintf(out->sysname, sizeof(out->sysname), "Linux");
	(void)snprintf(out->release, sizeof(out->release), "5.8.0");
	return 0;
}

int syncfs(int fd)
{
	(void)fd;
	synced++;
	return 0;
}

static int sync_on(unsigned long type)
{
	struct error err = ERROR_INIT;

	filesystem = type;
	return io_sync_filesystem(0, "all", &err);
}

static void test_sync_filesystem(void)
{
	is_int(1, sync_on(0xef53), "ext4 is synced as a whole");
	is_int(1, sync_on(0x9123683e), "btrfs is synced as a whole");
	is_int(2, synced, "syncfs() was called");
	is_int(0, sync_on(0x65735546), "FUSE is not synced as a whole");
	is_int(0, sync_on(0x794c7630), "overlayfs is not synced as a whole");
	is_int(0, sync_on(0x6969), "NFS is not synced as a whole");
	is_int(2, synced, "syncfs() was not called");
}

static void test_files(void)
{
	struct error err = ERROR_INIT;
	struct buf b = BUF_INIT(10);
	int fd;

	is_int(0, io_make_directory(temp_path("a/b/c"), &err),
	       "a directory with its parents");
	is_int(0, io_make_directory(temp_path("a/b/c/"), &err),
	       "an existing directory is fine");
	fd = open(temp_path("a/file"), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	is_int(0, io_write(fd, "0123456789", 10, "file", &err), "written");
	is_int(0, io_sync(fd, "file", &err), "synced");
	is_int(0, io_close(&fd, "file", &err), "closed");
	is_int(0, io_read_file(temp_path("a/file"), &b, &err), "read");
	is_str("0123456789", b.s, "the bytes that were written");
	buf_release(&b);
	b.max = 9;
	is_int(-1, io_read_file(temp_path("a/file"), &b, &err),
	       "a file over the limit is an error");
	buf_release(&b);
	is_int(-1, io_make_directory(temp_path("a/file"), &err),
	       "a file is not a directory");
	is_int(-1, io_make_directory(temp_path("a/file/x"), &err),
	       "a file has no directory in it");
	fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	is_int(-1, io_write(fd, "x", 1, "/dev/full", &err), "D1: a full disk");
	is_int(ERR_LOCAL, err.kind, "is a local error");
	(void)close(fd);
}

int main(void)
{
	static const char text[] = "Subject: all of it\n\n.\n";
	struct error err = ERROR_INIT;
	struct buf back = BUF_INIT(100);
	int fd, other, rc;

	(void)tempdir();
	fd = open(temp_path("file"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	hostile = true;
	rc = io_write(fd, text, strlen(text), "file", &err);
	hostile = false;
	is_int(0, rc, "D6: a short and interrupted write is continued");
	ok(calls > 10, "the writes were interrupted");
	(void)io_read_file(temp_path("file"), &back, &err);
	is_str(text, back.s, "every byte once, in order");
	buf_clear(&back);
	other = open(temp_path("copy"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	hostile = true;
	rc = io_copy(fd, other, "copy", &err);
	hostile = false;
	is_int(0, rc, "a copy is continued, too");
	(void)io_read_file(temp_path("copy"), &back, &err);
	is_str(text, back.s, "every byte once, in order");
	is_int(0, io_close(&other, "copy", &err), "close");
	other = 1000; /* not open */
	is_int(-1, io_close(&other, "copy", &err),
	       "a failing close is an error");
	is_int(-1, other, "a failed close is not repeated");
	(void)close(fd);
	buf_release(&back);
	test_files();
	test_sync_filesystem();
	return done_testing();
}
