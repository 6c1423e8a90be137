/* SPDX-License-Identifier: ISC */
#include "run/watch.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "util/io.h"
#include "util/log.h"
#include "util/xalloc.h"

#include "util/banned.h"

int watch_open(struct watch *w, const struct config *config,
	       const size_t *accounts, size_t n, struct error *err)
{
	const char **names;

	/* With --json, events may go to the same terminal: draw nothing. */
	if (!isatty(STDERR_FILENO) || log_get_level() < LOG_LEVEL_NORMAL ||
	    log_has_event_fd())
		return 0;
	if (pipe2(w->events, O_CLOEXEC) == -1 ||
	    pipe2(w->said, O_CLOEXEC) == -1)
		return error_errno(err, ERR_TEMPORARY, "pipe");
	(void)fcntl(w->events[0], F_SETFL, O_NONBLOCK);
	(void)fcntl(w->said[0], F_SETFL, O_NONBLOCK);
	w->accounts = accounts;
	w->n = n;
	names = xcalloc(n, sizeof(*names));
	for (size_t i = 0; i < n; i++)
		names[i] = config->accounts[accounts[i]].name;
	w->report = report_new(STDERR_FILENO, names, n);
	free(names);
	log_set_fd(w->said[1]);
	return 0;
}

void watch_leave(struct watch *w)
{
	io_close_quietly(&w->events[0]);
	io_close_quietly(&w->said[0]);
}

/* Each line was written at once, and the buffer is as large as a pipe. */
static void take_said(struct watch *w)
{
	char lines[65536];
	ssize_t n = read(w->said[0], lines, sizeof(lines));

	if (n > 0)
		report_print(w->report, slice_of(lines, (size_t)n));
}

/* Events name accounts by their place in the configuration. */
static void take_event(struct watch *w, struct report_event *event)
{
	for (size_t i = 0; i < w->n; i++) {
		if ((int)w->accounts[i] != event->account)
			continue;
		event->account = (int)i;
		report_add(w->report, event);
		return;
	}
}

void watch_take(struct watch *w)
{
	struct report_event event;

	if (w->report == NULL)
		return;
	take_said(w);
	while (read(w->events[0], &event, sizeof(event)) ==
	       (ssize_t)sizeof(event))
		take_event(w, &event);
	report_tick(w->report);
}

void watch_end(struct watch *w, size_t i, const char *trouble)
{
	struct report_event ended = {.kind = REPORT_ENDED, .account = (int)i};

	if (trouble != NULL)
		(void)snprintf(ended.text, sizeof(ended.text), "%s", trouble);
	report_add(w->report, &ended);
}

void watch_close(struct watch *w)
{
	watch_take(w);
	log_set_fd(STDERR_FILENO);
	report_finish(w->report);
	w->report = NULL;
	for (int i = 0; i < 2; i++) {
		io_close_quietly(&w->events[i]);
		io_close_quietly(&w->said[i]);
	}
}
