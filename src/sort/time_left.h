/* SPDX-License-Identifier: ISC */
/* Has a sorter time for more, or is something else more urgent? */
#ifndef SORT_TIME_LEFT_H
#define SORT_TIME_LEFT_H

#include <stdbool.h>
#include <stdint.h>

struct time_left {
	int64_t deadline; /* of clock_ms(); 0: there is all day */
	int wake_fd;	  /* borrowed; readable: there is new mail; or -1 */
};

/* Is it time to leave the rest to the next run? */
bool time_left_is_over(const struct time_left *t);

/* Has whoever wakes the sorter done so meanwhile? */
bool time_left_has_new_mail(const struct time_left *t);

#endif
