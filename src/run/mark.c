/* SPDX-License-Identifier: ISC */
#include "run/mark.h"

#include "fetch/session.h"
#include "run/account.h"
#include "run/options.h"
#include "state/state.h"
#include "util/io.h"

#include "util/banned.h"

/* The account's number in the state, which gets a row for it if need be. */
static int prepare(const struct config *config, size_t account, int64_t *id_out,
		   struct error *err)
{
	struct state *state = NULL;
	int rc;

	if (state_open(&state, config->state_dir, STATE_WRITE, err) == -1)
		return -1;
	rc = run_check_maildir(config, state, err);
	if (rc == 0)
		rc = account_find(config, account, state, id_out, err);
	state_close(state);
	return rc;
}

int mark_seen(const struct config *config, size_t account, char *const *uidls,
	      size_t *n_out, struct error *err)
{
	struct fetch_job job;
	int lock = -1, rc;
	int64_t id = 0;

	if (prepare(config, account, &id, err) == -1 ||
	    account_lock(config, id, &lock, err) != 1)
		return -1;
	run_fetch_job(config, account, id, &job);
	rc = fetch_mark_seen(&job, uidls, n_out, err);
	io_close_quietly(&lock);
	return rc;
}
