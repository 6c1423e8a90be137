/* SPDX-License-Identifier: ISC */
/*
 * A library to preload that changes the system, as the environment says:
 * NETWORK (all file systems are NFS), HOST (the name of this host), SLOW (a
 * sync takes so many milliseconds longer), HASTY (a sleep ends after a
 * thousandth of its time).
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

static void wait_us(long long us)
{
	struct timespec span = {us / 1000000, us % 1000000 * 1000};

	(void)syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &span, NULL);
}

int usleep(useconds_t us)
{
	wait_us(getenv("HASTY") == NULL ? us : us / 1000);
	return 0;
}

int nanosleep(const struct timespec *span, struct timespec *left)
{
	(void)left;
	return usleep(
		(useconds_t)(span->tv_sec * 1000000LL + span->tv_nsec / 1000));
}

int statfs(const char *path, struct statfs *out)
{
	int rc = (int)syscall(SYS_statfs, path, out);

	if (rc == 0 && getenv("NETWORK") != NULL)
		out->f_type = 0x6969;
	return rc;
}

/* Cut off at the end of the buffer, as gethostname() does. */
int gethostname(char *out, size_t size)
{
	const char *name = getenv("HOST");

	(void)snprintf(out, size, "%s", name == NULL ? "localhost" : name);
	return 0;
}

static void be_slow(void)
{
	const char *ms = getenv("SLOW");

	if (ms != NULL)
		wait_us(strtoll(ms, NULL, 10) * 1000);
}

int fsync(int fd)
{
	be_slow();
	return (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd)
{
	be_slow();
	return (int)syscall(SYS_fdatasync, fd);
}

int syncfs(int fd)
{
	be_slow();
	return (int)syscall(SYS_syncfs, fd);
}
