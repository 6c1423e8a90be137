/* SPDX-License-Identifier: ISC */
#include "sort/suspect.h"

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

/*
 * The pause is that of a second retry, four minutes: other messages get a turn.
 */
#define REST_TRIES 2

/*
 * With a deadline, wait at most 2 s for another sorter's lock, polling every 20
 * ms.
 */
#define PATIENCE_MS  2000
#define TRY_AGAIN_MS 20

/* The contents of a lock's file: what its holder is at. */
struct suspect {
	int64_t message;
	int64_t state; /* enum suspect_state */
	int64_t n;     /* the step; 0 while it decides */
};

void suspect_set(int lock_fd, enum suspect_state state, int64_t message, int n)
{
	const struct suspect suspect = {message, state, n};

	/* An error is ignored: then no message is suspected. */
	if (lock_fd != -1 &&
	    pwrite(lock_fd, &suspect, sizeof(suspect), 0) == -1)
		return;
}

void suspect_clear(int lock_fd)
{
	suspect_set(lock_fd, SUSPECT_NOTHING, 0, 0);
}

void sorter_interrupted(void *sorter)
{
	const struct sorter *s = sorter;

	suspect_clear(s->lock_fd);
}

/* Count a crash against the message or its step, or let the step rest. */
static int blame(struct sorter *s, const struct suspect *suspect,
		 struct error *err)
{
	int64_t now = clock_calendar_s();

	switch ((enum suspect_state)suspect->state) {
	case SUSPECT_DECIDING:
		return state_add_crash(s->state, suspect->message, -1, err);
	case SUSPECT_RUNNING:
		return state_add_crash(s->state, suspect->message,
				       (int)suspect->n, err);
	case SUSPECT_WAITING:
		return state_rest(s->state, suspect->message, (int)suspect->n,
				  now + plan_pause(REST_TRIES), err);
	case SUSPECT_NOTHING:
		break;
	}
	return 0;
}

int suspect_take(struct sorter *s, int lock_fd, struct error *err)
{
	struct suspect suspect;
	ssize_t n = pread(lock_fd, &suspect, sizeof(suspect), 0);

	if (n != (ssize_t)sizeof(suspect) || suspect.message <= 0 ||
	    suspect.n < 0 || suspect.n > INT32_MAX)
		return 0;
	if (blame(s, &suspect, err) == -1)
		return -1;
	suspect_clear(lock_fd);
	return 0;
}

/*
 * With a deadline, try for a moment only: most drains are over by then, and so
 * is anything else that holds this lock. A postroom that a filter or a test
 * started does not wait at all: the sorter that waits for the filter holds the
 * lock.
 */
int sorter_lock(const struct sorter *s, int *lock, struct error *err)
{
	bool is_asked = getenv(NESTED_VARIABLE) != NULL;
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
			suspect_clear(lock);
		io_close_quietly(&lock);
	}
}
