/* SPDX-License-Identifier: ISC */
/*
 * A message that our own code dies of would stop all others behind it, run
 * after run. It is not worth a sync: what a killed process wrote is there, and
 * after a power cut nobody is to blame.
 */
#include <stdint.h>
#include <unistd.h>

#include "sort_work.h"

#include "util/banned.h"

void suspect_write(int lock_fd, int64_t message, int64_t n)
{
	const struct suspect suspect = {message, n};

	/* What cannot be written is not missed: nobody is suspected then. */
	if (lock_fd != -1 &&
	    pwrite(lock_fd, &suspect, sizeof(suspect), 0) == -1)
		return;
}

int suspect_take(struct sorter *s, int lock_fd, struct error *err)
{
	struct suspect suspect = {0, 0};
	ssize_t n = pread(lock_fd, &suspect, sizeof(suspect), 0);

	if (n != (ssize_t)sizeof(suspect) || suspect.message <= 0 ||
	    suspect.n < -1 || suspect.n > INT32_MAX)
		return 0;
	if (state_add_crash(s->state, suspect.message, (int)suspect.n, err) ==
	    -1)
		return -1;
	suspect_write(lock_fd, 0, -1);
	return 0;
}
