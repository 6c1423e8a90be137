/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "cmd/load.h"
#include "cmd/status.h"
#include "run/daemon.h"
#include "state/mailbox.h"
#include "util/clock.h"
#include "util/xalloc.h"

#include "util/banned.h"

static int read_account(struct state *state, struct status_row *row, int64_t id,
			struct error *err)
{
	if (state_get_health(state, id, &row->health, err) == -1 ||
	    state_get_idle(state, id, &row->idle, err) == -1)
		return -1;
	return state_get_attempts(state, id, &row->attempts, err);
}

static int read_row(struct status *s, struct state *state,
		    const struct account *a, int64_t id, struct error *err)
{
	struct status_row *row = &s->rows[s->n++];

	row->name = a->name;
	row->enabled = a->enabled;
	row->every = a->every;
	if (read_account(state, row, id, err) == -1)
		return -1;
	if (id == 0)
		return 0;
	return state_next_summary(state, id - 1, &row->summary, err) == -1 ? -1
									   : 0;
}

static int read_configured(struct status *s, struct state *state,
			   struct error *err)
{
	const struct config *config = s->config;
	int64_t *ids = xcalloc(config->n_accounts, sizeof(*ids));
	int rc = state_show_accounts(state, config->accounts,
				     config->n_accounts, ids, err);

	s->rows = xcalloc(config->n_accounts, sizeof(*s->rows));
	for (size_t i = 0; rc == 0 && i < config->n_accounts; i++)
		rc = read_row(s, state, &config->accounts[i], ids[i], err);
	free(ids);
	return rc;
}

/* All accounts that were ever polled. */
static int read_known(struct status *s, struct state *state, struct error *err)
{
	struct state_summary summary;
	int64_t after = 0;
	int rc;

	while ((rc = state_next_summary(state, after, &summary, err)) == 1) {
		struct status_row *row;

		xgrow(&s->rows, s->n, sizeof(*s->rows));
		row = &s->rows[s->n++];
		*row = (struct status_row){.name = summary.name,
					   .enabled = true,
					   .summary = summary};
		after = summary.id;
		if (read_account(state, row, after, err) == -1)
			return -1;
	}
	return rc;
}

static int read_state(struct status *s, struct state *state, struct error *err)
{
	int rc = s->broken ? read_known(s, state, err)
			   : read_configured(s, state, err);

	if (rc == 0)
		rc = state_get_daemon(state, &s->daemon, err);
	if (rc == 0)
		rc = state_get_queue_summary(state, s->now, &s->queue, err);
	if (rc == 0)
		rc = state_get_failing(state, s->now, &s->failing, err);
	return rc;
}

int status_read(struct status *s, struct error *err)
{
	const struct config *config = s->config;
	struct state *state = NULL;
	int rc = cmd_open_state(config, &state, err);

	s->now = clock_calendar_s();
	if (rc == 0)
		rc = read_state(s, state, err);
	state_close(state);
	if (rc == 0 && daemon_find(config, &s->pid, err) == -1)
		rc = -1;
	if (rc == 0 && s->pid == 0)
		s->died = daemon_find_dead(config);
	/* The record of a daemon that has ended means nothing. */
	if (s->pid == 0)
		daemon_record_release(&s->daemon);
	return rc;
}

void status_release(struct status *s)
{
	for (size_t i = 0; i < s->n; i++) {
		state_summary_release(&s->rows[i].summary);
		attempts_release(&s->rows[i].attempts);
	}
	for (size_t i = 0; i < s->n_problems; i++)
		free(s->problems[i].text);
	free(s->problems);
	failing_release(&s->failing);
	daemon_record_release(&s->daemon);
	free(s->rows);
}

bool status_is_served(const struct status *s, const struct status_row *row)
{
	return s->pid != 0 &&
	       daemon_record_has(&s->daemon, row->name, row->enabled);
}

/* The record of a daemon that has ended means nothing. */
bool status_is_idle(const struct status *s, const struct status_row *row)
{
	return s->pid != 0 && row->idle.since >= s->daemon.began &&
	       row->idle.since > 0;
}
