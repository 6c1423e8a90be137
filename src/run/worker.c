/* SPDX-License-Identifier: ISC */
#include "run/worker.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sysexits.h>
#include <unistd.h>

#include "util/banned.h"

pid_t worker_fork(struct error *err)
{
	pid_t parent = getpid(), pid = fork();
	sigset_t ends;

	if (pid == -1)
		(void)error_errno(err, ERR_TEMPORARY, "cannot start a worker");
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (getppid() != parent)
			_exit(EX_TEMPFAIL);
		(void)sigemptyset(&ends);
		(void)sigaddset(&ends, SIGCHLD);
		(void)sigprocmask(SIG_UNBLOCK, &ends, NULL);
	}
	return pid;
}
