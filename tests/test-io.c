/* SPDX-License-Identifier: ISC */
/*
 * Writing through a write() that is interrupted every other time and never
 * takes more than three bytes: this program's own, which the linker prefers.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>

#include "tap.h"
#include "tempdir.h"
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
	ok(calls > 10, "(it really was)");
	(void)io_read_file(temp_path("file"), &back, &err);
	is_str(text, back.s, "every byte once, in order");
	buf_clear(&back);
	other = open(temp_path("copy"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	hostile = true;
	rc = io_copy(fd, other, "copy", &err);
	hostile = false;
	is_int(0, rc, "a copy likewise");
	(void)io_read_file(temp_path("copy"), &back, &err);
	is_str(text, back.s, "every byte once, in order");
	is_int(0, io_close(&other, "copy", &err), "close");
	other = 1000; /* not open */
	is_int(-1, io_close(&other, "copy", &err),
	       "a close that fails is told");
	is_int(-1, other, "and not tried again");
	(void)close(fd);
	buf_release(&back);
	return done_testing();
}
