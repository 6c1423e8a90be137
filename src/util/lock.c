/* SPDX-License-Identifier: ISC */
#include "util/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "util/io.h"

#include "util/banned.h"

int lock_take(const char *path, enum lock_mode mode, enum lock_wait wait,
	      int *fd_out, struct error *err)
{
	struct flock lock = {
		.l_type = mode == LOCK_SHARED ? F_RDLCK : F_WRLCK,
		.l_whence = SEEK_SET,
	};
	int command = wait == LOCK_WAIT ? F_OFD_SETLKW : F_OFD_SETLK;
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd == -1)
		return error_errno(err, ERR_TEMPORARY,
				   "cannot open the lock %s", path);
	while (fcntl(fd, command, &lock) == -1) {
		if (errno == EINTR)
			continue;
		if (errno == EAGAIN || errno == EACCES) {
			io_close_quietly(&fd);
			return 0;
		}
		(void)error_errno(err, ERR_TEMPORARY, "cannot lock %s", path);
		io_close_quietly(&fd);
		return -1;
	}
	*fd_out = fd;
	return 1;
}
