/* SPDX-License-Identifier: ISC */
#include "run/account.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "account/password.h"
#include "fetch/health.h"
#include "state/dir.h"
#include "state/mailbox.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/xalloc.h"

#include "util/banned.h"

int account_find_all(const struct config *config, const size_t *accounts,
		     size_t n, struct state *state, int64_t *ids_out,
		     struct error *err)
{
	int64_t *ids = xcalloc(config->n_accounts, sizeof(*ids));
	int rc = state_name_accounts(state, config->accounts,
				     config->n_accounts, ids, err);

	for (size_t i = 0; rc == 0 && i < n; i++) {
		ids_out[i] = ids[accounts[i]];
		if (ids_out[i] == 0)
			rc = state_add_account(state,
					       &config->accounts[accounts[i]],
					       &ids_out[i], err);
	}
	free(ids);
	return rc;
}

int account_find(const struct config *config, size_t account,
		 struct state *state, int64_t *id_out, struct error *err)
{
	return account_find_all(config, &account, 1, state, id_out, err);
}

int account_show_all(const struct config *config, int64_t **ids_out,
		     struct error *err)
{
	struct state *state = NULL;
	int rc = state_open(&state, config->state_dir, STATE_READ, err);

	*ids_out = xcalloc(config->n_accounts, sizeof(**ids_out));
	if (rc == 0)
		rc = state_show_accounts(state, config->accounts,
					 config->n_accounts, *ids_out, err);
	state_close(state);
	if (rc == -1) {
		free(*ids_out);
		*ids_out = NULL;
	}
	return rc;
}

/* Bytes of ACCOUNT_LOCK, a number and ".lock". */
#define LOCK_NAME_MAX 64

static void name_lock(int64_t id, char out[LOCK_NAME_MAX])
{
	(void)snprintf(out, LOCK_NAME_MAX, ACCOUNT_LOCK "%lld.lock",
		       (long long)id);
}

bool account_is_busy(const struct config *config, int64_t id)
{
	struct error ignored = ERROR_INIT;
	struct buf path = BUF_INIT(4096);
	char name[LOCK_NAME_MAX];
	bool busy;

	name_lock(id, name);
	buf_addf(&path, "%s/%s", config->state_dir, name);
	busy = lock_is_taken(path.s, &ignored) == 1;
	buf_release(&path);
	return busy;
}

int account_lock(const struct config *config, int64_t id, int *fd_out,
		 struct error *err)
{
	char name[LOCK_NAME_MAX];
	int rc;

	name_lock(id, name);
	rc = state_dir_lock(config->state_dir, name, LOCK_EXCLUSIVE, LOCK_TRY,
			    fd_out, err);
	if (rc == 0)
		(void)error_set(err, ERR_TEMPORARY,
				"another postroom is fetching from this "
				"account");
	return rc;
}

/* Was a file of the configuration, or the password, changed since then? */
static bool is_changed_since(const struct config *config,
			     const struct account *account, int64_t when)
{
	struct stat st;

	for (size_t i = 0; i < config->n_files; i++)
		if (stat(config->files[i], &st) == -1 ||
		    st.st_mtim.tv_sec >= when)
			return true;
	return password_changed_since(account, when);
}

bool account_is_barred(const struct config *config, size_t account,
		       const struct account_health *health)
{
	return health_is_barred(health, clock_calendar_s()) &&
	       !is_changed_since(config, &config->accounts[account],
				 health->last_try);
}
