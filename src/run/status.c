/* SPDX-License-Identifier: ISC */
/* The daemon reports on itself: to `postroom status` and to systemd. */
#include <stdio.h>
#include <time.h>

#include "run/serve.h"
#include "state/daemon.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/notify.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Names of accounts: more than fit on a command line. */
#define NAMES_MAX ((size_t)8 << 20)

int daemon_open_state(const struct daemon *d, struct state **out)
{
	struct error err = ERROR_INIT;

	if (state_open(out, d->config->state_dir, STATE_WRITE, &err) == 0)
		return 0;
	log_error("%s", err.text);
	return -1;
}

static char *join_names(const struct daemon_host *host)
{
	struct buf names = BUF_INIT(NAMES_MAX);

	for (size_t i = 0; i < host->n_names; i++)
		buf_addf(&names, "%s\n", host->names[i]);
	return host->n_names == 0 ? NULL : buf_detach(&names);
}

void daemon_record(const struct daemon *d)
{
	struct daemon_record record = {.began = d->began,
				       .loaded = d->loaded,
				       .accounts = join_names(d->host)};
	struct error err = ERROR_INIT;
	struct state *state = NULL;

	if (d->trouble[0] != '\0')
		record.trouble = xstrdup(d->trouble);
	if (daemon_open_state(d, &state) == 0 &&
	    state_set_daemon(state, &record, &err) == -1)
		log_error("%s", err.text);
	daemon_record_release(&record);
	state_close(state);
}

/* "; gmail: next poll 10:05" */
static void describe_next(const struct daemon *d, char *out, size_t size)
{
	const struct slot *next =
		slots_next(&d->slots, d->config, SLOT_NEVER - 1);
	char clock[8] = "";
	struct tm tm;
	time_t when;

	out[0] = '\0';
	if (next == NULL)
		return;
	when = (time_t)(clock_calendar_s() +
			(next->due - clock_boot_ms()) / 1000);
	if (localtime_r(&when, &tm) != NULL &&
	    strftime(clock, sizeof(clock), "%H:%M", &tm) > 0)
		(void)snprintf(out, size, "; %s: next poll %s",
			       d->config->accounts[next->account].name, clock);
}

void daemon_send_status(const struct daemon *d)
{
	char next[256];

	describe_next(d, next, sizeof(next));
	notify_send("STATUS=%zu accounts, %zu being polled%s%s%s", d->slots.n,
		    d->slots.running, next, d->trouble[0] == '\0' ? "" : "; ",
		    d->trouble);
}
