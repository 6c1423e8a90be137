/* SPDX-License-Identifier: ISC */
/*
 * Deadlines are points on the monotonic clock, in milliseconds, so that a
 * clock that jumps neither ends a session nor prolongs it. Names and records
 * use the calendar clock.
 */
#ifndef UTIL_CLOCK_H
#define UTIL_CLOCK_H

#include <stdint.h>

/* Milliseconds since some fixed point. */
int64_t clock_ms(void);

/* The same in nanoseconds, to measure short work. */
int64_t clock_ns(void);

/* Goes on while the machine sleeps, unlike clock_ms(): for timers of hours. */
int64_t clock_boot_ms(void);

/* Milliseconds left until `deadline`, as a poll() timeout: 0 to INT_MAX. */
int clock_left(int64_t deadline);

/* Microseconds, and seconds, since 1970. */
int64_t clock_calendar_us(void);
int64_t clock_calendar_s(void);

/*
 * A time, in seconds since 1970, and the present time, as RFC 3339 writes them:
 * "2026-11-27T10:00:00Z".
 */
#define CLOCK_STAMP_MAX 32
void clock_format(int64_t seconds, char out[CLOCK_STAMP_MAX]);
void clock_stamp(char out[CLOCK_STAMP_MAX]);

#endif
