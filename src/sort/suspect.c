/* SPDX-License-Identifier: ISC */
/*
 * A message that our own code dies of would stop all others behind it, run
 * after run. It is not worth a sync: what a killed process wrote is there, and
 * after a power cut nobody is to blame.
 */
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "sort/internal.h"
#include "sort/plan.h"
#include "state/command.h"
#include "state/dir.h"
#include "util/clock.h"
#include "util/io.h"

#include "util/banned.h"

/* As after so many tries: four minutes, for those behind it to get a turn. */
#define REST_TRIES 2

/* Who has little time waits so long for another sorter, and looks so often. */
#define PATIENCE_MS  2000
#define TRY_AGAIN_MS 20

void suspect_write(int lock_fd, int64_t message, int64_t n)
{
	const struct suspect suspect = {message, n};

	/* What cannot be written is not missed: nobody is suspected then. */
	if (lock_fd != -1 &&
	    pwrite(lock_fd, &suspect, sizeof(suspect), 0) == -1)
		return;
}

void sorter_interrupted(void *sorter)
{
	const struct sorter *s = sorter;

	suspect_write(s->lock_fd, 0, -1);
}

/* Below -1, and its own inverse. */
int64_t suspect_waiting(int64_t n)
{
	return -2 - n;
}

int suspect_take(struct sorter *s, int lock_fd, struct error *err)
{
	struct suspect suspect = {0, 0};
	ssize_t n = pread(lock_fd, &suspect, sizeof(suspect), 0);
	int64_t now = clock_calendar_s();
	int rc;

	if (n != (ssize_t)sizeof(suspect) || suspect.message <= 0 ||
	    suspect.n < suspect_waiting(INT32_MAX) || suspect.n > INT32_MAX)
		return 0;
	rc = suspect.n < -1 ? state_rest(s->state, suspect.message,
					 (int)suspect_waiting(suspect.n),
					 now + plan_pause(REST_TRIES), err)
			    : state_add_crash(s->state, suspect.message,
					      (int)suspect.n, err);
	if (rc == -1)
		return -1;
	suspect_write(lock_fd, 0, -1);
	return 0;
}

/*
 * Who has little time tries for a moment: most drains are over by then, and
 * so is whatever else is done under this lock. What a filter or a test starts
 * does not wait at all: the sorter that waits for it has the lock.
 */
int sorter_lock(const struct sorter *s, int *lock, struct error *err)
{
	bool is_asked = getenv(ASKER_VARIABLE) != NULL;
	bool waits = !is_asked && s->time.deadline == 0;
	int64_t until = clock_ms() + (is_asked ? 0 : PATIENCE_MS);
	int rc;

	while ((rc = state_dir_lock(
			s->options.state_dir, SORTER_LOCK, LOCK_EXCLUSIVE,
			waits ? LOCK_WAIT : LOCK_TRY, lock, err)) == 0 &&
	       clock_ms() < until)
		(void)poll(NULL, 0, TRY_AGAIN_MS);
	return rc;
}

void sorter_forgive(const char *state_dir)
{
	static const char *const names[] = {SORTER_LOCK, COMMANDS_LOCK};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct error ignored = ERROR_INIT;
		int lock = -1;

		if (state_dir_lock(state_dir, names[i], LOCK_EXCLUSIVE,
				   LOCK_TRY, &lock, &ignored) == 1)
			suspect_write(lock, 0, -1);
		io_close_quietly(&lock);
	}
}
