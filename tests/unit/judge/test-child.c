/* SPDX-License-Identifier: ISC */
/* Confinement: what a judge that was taken over can still do. */
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "../tap.h"
#include "../tempdir.h"
#include "judge/child.h"

/* The results of what the confined child tried. */
struct confined {
	unsigned foreign; /* descriptors, other than its three */
	bool dumpable, new_privileges, core, wrote, much_memory;
	int death_signal;
};

static bool can_write(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	bool wrote = fd != -1 && write(fd, "x", 1) == 1;

	(void)close(fd);
	return wrote;
}

static unsigned open_files(void)
{
	unsigned n = 0;

	for (int fd = STDERR_FILENO + 1; fd < 1024; fd++)
		n += fcntl(fd, F_GETFD) != -1;
	return n;
}

static bool has_much_memory(void)
{
#ifdef SANITIZED
	return false;
#else
	return mmap(NULL, 512UL << 20, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
#endif
}

/*
 * In the child: begin as the judge does, then act as one that was taken over.
 */
static void try_out(int socket_fd, const char *path)
{
	struct confined c = {0};
	struct rlimit r;

	(void)signal(SIGXFSZ, SIG_IGN);
	judge_child_confine(socket_fd);
	c.foreign = open_files();
	c.dumpable = prctl(PR_GET_DUMPABLE) != 0;
	c.new_privileges = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1;
	c.core = getrlimit(RLIMIT_CORE, &r) != 0 || r.rlim_max != 0;
	c.wrote = can_write(path);
	c.much_memory = has_much_memory();
	(void)prctl(PR_GET_PDEATHSIG, &c.death_signal);
	(void)!write(STDIN_FILENO, &c, sizeof(c));
	_exit(0);
}

static void test_confinement(void)
{
	struct confined c = {0};
	const char *path = temp_path("mail");
	struct stat st = {0};
	int pair[2], mail, end = -1;
	pid_t pid;

	mail = open(path, O_RDWR | O_CREAT, 0600);
	(void)socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
	(void)fflush(stdout);
	pid = fork();
	if (pid == 0)
		try_out(pair[1], path);
	(void)close(pair[1]);
	is_int(sizeof(c), read(pair[0], &c, sizeof(c)), "a judge that is evil");
	(void)waitpid(pid, &end, 0);
	is_int(0, end, "tries");
	is_int(0, c.foreign, "H5: it has no file, lock or socket of ours");
	ok(!c.wrote && fstat(mail, &st) == 0 && st.st_size == 0,
	   "H5: it can write to no file");
	ok(!c.dumpable, "H5 H1: no one can look into it, it leaves no core");
	ok(!c.core, "H5: also by its limit");
	ok(!c.new_privileges, "H5: it cannot gain rights");
	ok(!c.much_memory, "H5: nor take much memory");
	is_int(SIGKILL, c.death_signal, "H5: nor live on alone");
	(void)close(pair[0]);
	(void)close(mail);
}

int main(void)
{
	(void)tempdir();
	test_confinement();
	return done_testing();
}
