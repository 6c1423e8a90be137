/* SPDX-License-Identifier: ISC */
/* How the judge gives up what it does not need; runs in the child only. */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "judge/child.h"
#include "util/io.h"

#include "util/banned.h"

/* More than a header, its decoded form and a match need. */
#define JUDGE_MEMORY (256UL * 1024 * 1024)

/*
 * CPU time of one judge, for all its messages. The next message then gets
 * another one.
 */
#define JUDGE_LIFE_SECONDS 600

/* Its socket, what it is sent, and nothing else. */
#define JUDGE_FILES 32

/*
 * Memory: what is mapped already (libraries, JIT code) plus JUDGE_MEMORY. 0: it
 * cannot be told.
 */
static uint64_t memory_limit(void)
{
	struct buf statm = BUF_INIT(256);
	struct error ignored = ERROR_INIT;
	unsigned long long pages;
	struct slice rest, first;
	uint64_t bytes = 0;
	int rc = io_read_file("/proc/self/statm", &statm, &ignored);

	rest = buf_slice(&statm);
	if (rc == 0 && slice_split(&rest, ' ', &first) &&
	    slice_number(first, 1ULL << 40, &pages))
		bytes = pages * (uint64_t)sysconf(_SC_PAGESIZE) + JUDGE_MEMORY;
	buf_release(&statm);
	return bytes;
}

static int set_limits(void)
{
	return sandbox_limit(RLIMIT_CORE, 0) == -1 ||
			       sandbox_limit(RLIMIT_FSIZE, 0) == -1 ||
			       sandbox_limit(RLIMIT_NOFILE, JUDGE_FILES) ==
				       -1 ||
			       sandbox_limit(RLIMIT_NPROC, 0) == -1
		       ? -1
		       : 0;
}

/*
 * The socket becomes 0; nobody hears what it says to 1 and 2. Close the others
 * first: there may be no room for one more.
 */
static int keep_socket_only(int socket_fd)
{
	int null, rc;

	if (dup2(socket_fd, STDIN_FILENO) == -1 ||
	    sandbox_close_from(STDERR_FILENO + 1) == -1)
		return -1;
	null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (null == -1)
		return -1;
	rc = dup2(null, STDOUT_FILENO);
#ifndef SANITIZED
	if (rc != -1)
		rc = dup2(null, STDERR_FILENO);
#endif
	(void)close(null);
	return rc == -1 ? -1 : 0;
}

enum sandbox_step judge_child_confine(int socket_fd, bool best_effort)
{
	struct sandbox box = {.best_effort = best_effort,
			      .seconds = JUDGE_LIFE_SECONDS};
	struct sandbox_kept kept;

	(void)signal(SIGPROF, SIG_DFL);
	(void)signal(SIGXCPU, SIG_DFL);
	(void)signal(SIGPIPE, SIG_DFL);
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGTERM, SIG_DFL);
	/* Times are told in local time, and its rules are in a file. */
	tzset();
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1 ||
	    prctl(PR_SET_DUMPABLE, 0) == -1)
		return SANDBOX_PRIVILEGES;
	if (keep_socket_only(socket_fd) == -1)
		return SANDBOX_DESCRIPTORS;
	/* There is room for one more descriptor now. */
	box.memory = memory_limit();
	if ((box.memory == 0 || set_limits() == -1) && !best_effort)
		return SANDBOX_LIMITS;
	return sandbox_enter(&box, &kept);
}
