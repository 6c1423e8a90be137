/* SPDX-License-Identifier: ISC */
/*
 * usage: peak FILE COMMAND...
 *
 * For stories and the benchmark: runs the command and writes to FILE the
 * largest resident memory of one of its processes in KiB, the CPU time of all
 * of them and the elapsed time, both in milliseconds. Ends with the command's
 * status.
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
