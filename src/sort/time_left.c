/* SPDX-License-Identifier: ISC */
/* Has a sorter time for more, or is something else more urgent? */
#include <poll.h>
#include <signal.h>

#include "sort/internal.h"
#include "util/clock.h"

#include "util/banned.h"

/* Only where it is blocked can it be pending. */
static bool is_told_to_end(void)
{
	sigset_t pending;

	return sigpending(&pending) == 0 && sigismember(&pending, SIGTERM) == 1;
}

bool sorter_is_late(const struct sorter *s)
{
	if (is_told_to_end())
		return true;
	return s->deadline != 0 && clock_ms() >= s->deadline;
}

bool sorter_has_new_mail(const struct sorter *s)
{
	struct pollfd p = {.fd = s->options.wake_fd, .events = POLLIN};

	return poll(&p, 1, 0) == 1 && (p.revents & POLLIN) != 0;
}
