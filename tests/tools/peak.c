/* SPDX-License-Identifier: ISC */
/*
 * Usage: peak FILE COMMAND... Runs the command and writes to the file the
 * largest resident memory that one of its processes had, in KiB, the CPU time
 * of them all, and the time it took, both in milliseconds; for stories and the
 * benchmark. Ends as the command does.
 */
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "now.h"

static long milliseconds(struct timeval t)
{
	return (long)t.tv_sec * 1000 + t.tv_usec / 1000;
}

static int write_usage(const char *path, double wall)
{
	struct rusage usage;
	FILE *file = fopen(path, "w");

	if (file == NULL)
		return -1;
	(void)getrusage(RUSAGE_CHILDREN, &usage);
	(void)fprintf(file, "%ld %ld %.1f\n", usage.ru_maxrss,
		      milliseconds(usage.ru_utime) +
			      milliseconds(usage.ru_stime),
		      wall);
	return fclose(file);
}

int main(int argc, char **argv)
{
	double begin = now_ms();
	int status;
	pid_t pid;

	if (argc < 3)
		return 64;
	pid = fork();
	if (pid == 0) {
		(void)execvp(argv[2], argv + 2);
		_exit(127);
	}
	if (pid == -1 || waitpid(pid, &status, 0) != pid ||
	    write_usage(argv[1], now_ms() - begin) == -1)
		return 1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
