/* SPDX-License-Identifier: ISC */
/* One that may work in one directory; test-hostile has the one without. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../tap.h"
#include "../tempdir.h"
#include "util/io.h"
#include "util/sandbox.h"

static int dir_fd = -1;

static bool makes_file(void)
{
	int fd = openat(dir_fd, "new", O_WRONLY | O_CREAT | O_EXCL, 0600);

	return fd != -1 && write(fd, "x", 1) == 1 && fsync(fd) == 0 &&
	       close(fd) == 0 && io_rename(dir_fd, "new", dir_fd, "name") == 0;
}

static bool reads_it(void)
{
	return openat(dir_fd, "name", O_RDONLY) != -1;
}

static bool makes_file_above(void)
{
	return openat(dir_fd, "../new", O_WRONLY | O_CREAT, 0600) != -1;
}

static bool reads_above(void)
{
	return openat(dir_fd, "../secret", O_RDONLY) != -1;
}

static bool moves_out(void)
{
	return renameat(dir_fd, "name", dir_fd, "../name") == 0;
}

static bool makes_link(void)
{
	return symlinkat("/etc/passwd", dir_fd, "link") == 0;
}

static bool opens_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0) != -1;
}

static bool lives(void)
{
	return true;
}

/* 1 it worked, 0 it did not, -1 it was killed, -2 there is no sandbox. */
static int in_sandbox(bool (*what)(void))
{
	const struct sandbox box = {.directories = &dir_fd, .n_directories = 1};
	struct sandbox_kept kept;
	int status = 0;
	pid_t pid;

	(void)fflush(stdout);
	pid = fork();
	if (pid == 0) {
		if (sandbox_enter(&box, &kept) != SANDBOX_DONE ||
		    !kept.landlock)
			_exit(2);
		_exit(what());
	}
	(void)waitpid(pid, &status, 0);
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGSYS ? -1 : -3;
	return WEXITSTATUS(status) == 2 ? -2 : WEXITSTATUS(status);
}

int main(void)
{
	char held[128];

	(void)tempdir();
	(void)close(open(temp_path("secret"), O_WRONLY | O_CREAT, 0600));
	(void)mkdir(temp_path("dir"), 0700);
	dir_fd = open(temp_path("dir"), O_RDONLY | O_DIRECTORY);
	if (in_sandbox(lives) == -2) {
		printf("1..0 # SKIP this system has no Landlock\n");
		return 0;
	}
	is_int(1, in_sandbox(makes_file), "makes a file and gives it a name");
	is_int(1, in_sandbox(reads_it), "reads it");
	is_int(0, in_sandbox(makes_file_above), "makes none beside");
	is_int(0, in_sandbox(reads_above), "reads none there");
	is_int(0, in_sandbox(moves_out), "moves none out");
	is_int(0, in_sandbox(makes_link), "makes no link");
	is_int(-1, in_sandbox(opens_socket), "dies of a socket");
	ok(sandbox_probe(held, sizeof(held)), "it can be tried");
	is_str("seccomp and Landlock", held, "and says what holds");
	return done_testing();
}
