/* SPDX-License-Identifier: ISC */
/*
 * A library to preload that changes the clocks. $CLOCK names a file with the
 * line "SPEED SHIFT STOP SLEPT AHEAD": the monotonic clock runs SPEED times as
 * fast and is AHEAD seconds ahead; the calendar is SHIFT seconds ahead, or with
 * STOP stands still SHIFT seconds after 1970; CLOCK_BOOTTIME also counts SLEPT
 * seconds for which the machine slept. The file is read at each call, so a
 * clock can jump.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long long speed = 1, shift, stop, slept, ahead;

static void look(void)
{
	const char *path = getenv("CLOCK");
	int fd = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
	char text[64] = "";

	if (fd == -1)
		return;
	if (read(fd, text, sizeof(text) - 1) > 0) {
		speed = 1; /* for what the file leaves out */
		shift = stop = slept = ahead = 0;
		(void)sscanf(text, "%lld %lld %lld %lld %lld", &speed, &shift,
			     &stop, &slept, &ahead);
	}
	(void)close(fd);
}

int clock_gettime(clockid_t id, struct timespec *now)
{
	int saved = errno, rc = (int)syscall(SYS_clock_gettime, id, now);
	long long ns;

	if (rc != 0)
		return rc;
	look();
	errno = saved;
	if (id == CLOCK_MONOTONIC) {
		ns = (now->tv_sec * 1000000000LL + now->tv_nsec) * speed;
		now->tv_sec = (time_t)(ns / 1000000000LL + ahead);
		now->tv_nsec = (long)(ns % 1000000000LL);
	} else if (id == CLOCK_BOOTTIME) {
		now->tv_sec += (time_t)slept;
	} else if (id == CLOCK_REALTIME && stop) {
		now->tv_sec = (time_t)shift;
		now->tv_nsec = 0;
	} else if (id == CLOCK_REALTIME) {
		now->tv_sec += (time_t)shift;
	}
	return 0;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
	struct timespec t;

	(void)zone;
	if (clock_gettime(CLOCK_REALTIME, &t) != 0)
		return -1;
	now->tv_sec = t.tv_sec;
	now->tv_usec = t.tv_nsec / 1000;
	return 0;
}

time_t time(time_t *out)
{
	struct timespec t = {0};

	(void)clock_gettime(CLOCK_REALTIME, &t);
	if (out != NULL)
		*out = t.tv_sec;
	return t.tv_sec;
}
