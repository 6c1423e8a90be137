/* SPDX-License-Identifier: ISC */
/* Has a sorter time for more, or is something else more urgent? */
#ifndef SORT_TIME_LEFT_H
#define SORT_TIME_LEFT_H

#include <stdbool.h>
#include <stdint.h>

struct time_left {
	int64_t deadline; /* of clock_ms(); 0: none */
	int wake_fd;	  /* borrowed; readable: there is new mail; or -1 */
};

/* Is it time to leave the rest to the next run? (deadline, SIGTERM) */
bool time_left_is_over(const struct time_left *t);

/* Is there new mail meanwhile? */
bool time_left_has_new_mail(const struct time_left *t);

#endif
