/* SPDX-License-Identifier: ISC */
#include "util/clock.h"

#include <limits.h>
#include <time.h>

#include "util/banned.h"

static int64_t read_ns(clockid_t clock)
{
	struct timespec now;

	if (clock_gettime(clock, &now) != 0)
		return 0;
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t clock_ms(void)
{
	return clock_ns() / 1000000;
}

int64_t clock_ns(void)
{
	return read_ns(CLOCK_MONOTONIC);
}

int64_t clock_boot_ms(void)
{
#ifdef CLOCK_BOOTTIME
	return read_ns(CLOCK_BOOTTIME) / 1000000;
#else
	return clock_ms();
#endif
}

int clock_left(int64_t deadline)
{
	int64_t left = deadline - clock_ms();

	if (left <= 0)
		return 0;
	return left > INT_MAX ? INT_MAX : (int)left;
}

int64_t clock_calendar_us(void)
{
	return read_ns(CLOCK_REALTIME) / 1000;
}

int64_t clock_calendar_s(void)
{
	return read_ns(CLOCK_REALTIME) / 1000000000;
}

void clock_format(int64_t seconds, char out[CLOCK_STAMP_MAX])
{
	time_t t = (time_t)seconds;
	struct tm tm;

	out[0] = '\0';
	if (gmtime_r(&t, &tm) != NULL)
		(void)strftime(out, CLOCK_STAMP_MAX, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

void clock_stamp(char out[CLOCK_STAMP_MAX])
{
	clock_format(clock_calendar_s(), out);
}
