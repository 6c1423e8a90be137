/* SPDX-License-Identifier: ISC */
#include "run/account.h"

#include <stdio.h>
#include <sys/stat.h>

#include "account/password.h"
#include "fetch/health.h"
#include "state/dir.h"
#include "util/clock.h"

#include "util/banned.h"

int account_lock(const struct config *config, int64_t id, int *fd_out,
		 struct error *err)
{
	char name[64];
	int rc;

	(void)snprintf(name, sizeof(name), ACCOUNT_LOCK "%lld.lock",
		       (long long)id);
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
