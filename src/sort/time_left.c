/* SPDX-License-Identifier: ISC */
#include "sort/time_left.h"

#include <poll.h>
#include <signal.h>

#include "util/clock.h"

#include "util/banned.h"

/* A signal can be pending only where it is blocked. */
static bool is_told_to_end(void)
{
	sigset_t pending;

	return sigpending(&pending) == 0 && sigismember(&pending, SIGTERM) == 1;
}

bool time_left_is_over(const struct time_left *t)
{
	if (is_told_to_end())
		return true;
	return t->deadline != 0 && clock_ms() >= t->deadline;
}

bool time_left_has_new_mail(const struct time_left *t)
{
	struct pollfd p = {.fd = t->wake_fd, .events = POLLIN};

	return poll(&p, 1, 0) == 1 && (p.revents & POLLIN) != 0;
}
