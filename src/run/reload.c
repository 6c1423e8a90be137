/* SPDX-License-Identifier: ISC */
/* A new configuration for a running daemon, once its tests have passed. */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/serve.h"
#include "tell/event.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/notify.h"

#include "util/banned.h"

static void log_outcome(const char *trouble)
{
	enum log_priority priority =
		trouble == NULL ? LOG_PRIORITY_INFO : LOG_PRIORITY_ERROR;
	struct event *e = event_new(priority, "reload");

	event_put_bool(e, "ok", trouble == NULL);
	event_put_line(e, "text", trouble);
	if (trouble == NULL)
		log_event(priority, event_text(e),
			  "the configuration was read again");
	else
		log_event(priority, event_text(e),
			  "%s; the old one stays in use", trouble);
	event_free(e);
}

static void refuse(struct daemon *d, const char *why)
{
	(void)snprintf(d->trouble, sizeof(d->trouble),
		       "the new configuration was not taken: %s", why);
	log_outcome(d->trouble);
	troubles_add(&d->troubles, "", d->trouble);
	config_free(d->next);
	d->next = NULL;
	/* It writes to the log that was rotated. */
	daemon_stop_waiter(d);
	daemon_record(d);
	notify_send("READY=1");
	daemon_send_status(d);
}

static void reopen_log(const struct daemon *d)
{
	struct error err = ERROR_INIT;

	if (log_set_file(d->config->log, &err) == -1)
		log_error("%s", err.text);
	log_set_json(strcmp(d->config->log_format, "json") == 0);
}

/* SIGHUP: read the configuration, and start a child that runs its tests. */
void daemon_reload(struct daemon *d)
{
	struct error err = ERROR_INIT;

	/* In any case: the log may have been rotated. */
	reopen_log(d);
	notify_send("RELOADING=1\nMONOTONIC_USEC=%" PRId64, clock_ms() * 1000);
	if (d->tester != 0)
		(void)kill(d->tester, SIGKILL);
	d->tester = 0;
	config_free(d->next);
	d->next = d->host->load(d->host->context, &err);
	if (d->next == NULL) {
		refuse(d, err.text);
		return;
	}
	/* Running fetchers and the sorter go on with the old directories. */
	if (strcmp(d->next->state_dir, d->config->state_dir) != 0 ||
	    strcmp(d->next->spool_dir, d->config->spool_dir) != 0) {
		refuse(d, "it has another state or spool directory; restart "
			  "the daemon for that");
		return;
	}
	d->tester_deadline = clock_ms() + TESTER_MS;
	d->tester = daemon_fork(d, &err);
	if (d->tester == 0)
		_exit(d->host->test(d->host->context, d->next) ? 0 : 1);
	if (d->tester == -1) {
		d->tester = 0;
		refuse(d, err.text);
	}
}

/* Running fetchers keep the old configuration; the sorter is restarted. */
static void take_next(struct daemon *d, struct state *state)
{
	struct error err = ERROR_INIT;
	struct slots slots;

	if (slots_build(&slots, d->next, d->host->names, d->host->n_names,
			&d->slots, state, &err) == -1) {
		refuse(d, err.text);
		return;
	}
	slots_replace(&d->slots, &slots);
	config_free(d->config);
	d->config = d->next;
	d->next = NULL;
	d->trouble[0] = '\0';
	d->loaded = clock_calendar_s();
	d->sorter_again = d->sorter != 0;
	if (d->sorter != 0)
		(void)kill(d->sorter, SIGTERM);
	daemon_stop_waiter(d);
	reopen_log(d);
	log_outcome(NULL);
	daemon_record(d);
	notify_send("READY=1");
	daemon_send_status(d);
}

void daemon_end_tester(struct daemon *d, int status, struct state *state)
{
	d->tester = 0;
	if (d->next == NULL || d->stop_at != 0)
		return;
	if (state == NULL)
		refuse(d, "the state cannot be opened");
	else if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		take_next(d, state);
	else if (WIFSIGNALED(status))
		refuse(d, "its tests did not end in time; postroom test shows "
			  "which one hangs");
	else
		refuse(d, "a test of it fails; postroom test shows which one");
}
