/* SPDX-License-Identifier: ISC */
#include "util/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/io.h"
#include "util/log.h"

#include "util/banned.h"

void spawn_reset_signals(void)
{
	sigset_t none;

	for (int i = 1; i < NSIG; i++)
		(void)signal(i, SIG_DFL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/*
 * In the child. A failed exec travels to the parent as errno through a pipe
 * that closes on success: "could not start" is not "exited 127".
 */
static void run_child(char *const argv[], int out_fd, int report_fd)
{
	int null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int reason;

	(void)setpgid(0, 0);
	if (null_fd == -1 || dup2(null_fd, STDIN_FILENO) == -1 ||
	    dup2(out_fd, STDOUT_FILENO) == -1 ||
	    dup2(log_get_fd(), STDERR_FILENO) == -1)
		_exit(126);
	/* The command must not get descriptors that our parent left open. */
	(void)close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
	spawn_reset_signals();
	execvp(argv[0], argv);
	reason = errno;
	if (write(report_fd, &reason, sizeof(reason)) == -1)
		_exit(126);
	_exit(127);
}

static int wait_exit(pid_t pid, const char *name, struct error *err)
{
	int status;

	while (waitpid(pid, &status, 0) == -1) {
		if (errno != EINTR)
			return error_errno(err, ERR_TEMPORARY,
					   "cannot wait for %s", name);
	}
	if (WIFSIGNALED(status))
		return error_set(err, ERR_TEMPORARY,
				 "the command %s was killed by signal %d", name,
				 WTERMSIG(status));
	if (WEXITSTATUS(status) != 0)
		return error_set(err, ERR_TEMPORARY,
				 "the command %s failed with exit status %d",
				 name, WEXITSTATUS(status));
	return 0;
}

static int collect(int fd, int64_t deadline, const char *name, struct buf *out,
		   struct error *err)
{
	for (;;) {
		char chunk[4096];
		ssize_t n;

		/* Checked here too: it may write for ever without a pause. */
		if (clock_left(deadline) == 0 ||
		    io_wait(fd, POLLIN, deadline) == 0)
			return error_set(err, ERR_TEMPORARY,
					 "the command %s did not end in time",
					 name);
		n = read(fd, chunk, sizeof(chunk));
		if (n == 0)
			return 0;
		if (n == -1 && errno != EINTR)
			return error_errno(err, ERR_TEMPORARY,
					   "cannot read the output of %s",
					   name);
		if (n > 0)
			buf_add(out, chunk, (size_t)n);
	}
}

static int start_error(int fd, const char *name, struct error *err)
{
	int reason = 0;
	struct error ignored = ERROR_INIT;

	if (io_read(fd, &reason, sizeof(reason), name, &ignored) !=
	    (long)sizeof(reason))
		return 0;
	errno = reason;
	return error_errno(err, ERR_TEMPORARY, "cannot run %s", name);
}

static int run(char *const argv[], int seconds, const int out[2],
	       const int report[2], struct buf *text, struct error *err)
{
	int64_t deadline = clock_ms() + (int64_t)seconds * 1000;
	struct error exit_error = ERROR_INIT;
	pid_t pid = fork();
	int rc;

	if (pid == 0)
		run_child(argv, out[1], report[1]);
	(void)close(out[1]);
	(void)close(report[1]);
	if (pid == -1)
		return error_errno(err, ERR_TEMPORARY, "cannot run %s",
				   argv[0]);
	rc = start_error(report[0], argv[0], err);
	if (rc == 0)
		rc = collect(out[0], deadline, argv[0], text, err);
	if (rc == -1)
		(void)kill(-pid, SIGKILL);
	if (wait_exit(pid, argv[0], &exit_error) == -1 && rc == 0) {
		*err = exit_error;
		rc = -1;
	}
	return rc;
}

int spawn_capture(char *const argv[], int seconds, struct buf *out,
		  struct error *err)
{
	int data[2], report[2], rc;

	if (pipe2(data, O_CLOEXEC) == -1)
		return error_errno(err, ERR_TEMPORARY, "cannot make a pipe");
	if (pipe2(report, O_CLOEXEC) == -1) {
		(void)close(data[0]);
		(void)close(data[1]);
		return error_errno(err, ERR_TEMPORARY, "cannot make a pipe");
	}
	rc = run(argv, seconds, data, report, out, err);
	(void)close(data[0]);
	(void)close(report[0]);
	return rc;
}
