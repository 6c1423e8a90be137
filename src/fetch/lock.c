/* SPDX-License-Identifier: ISC */
/* The locks of accounts that may turn out to be the one that is fetched. */
#include <stdio.h>
#include <stdlib.h>

#include "fetch/known.h"
#include "state/dir.h"
#include "state/mailbox.h"
#include "util/io.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* An account that may turn out to be this one. */
struct former_lock {
	int64_t id;
	int fd; /* -1: another process has it */
};

static int lock_one(struct fetch *f, int64_t id, struct error *err)
{
	struct former_lock *lock;
	char name[64];
	int fd = -1;

	(void)snprintf(name, sizeof(name), ACCOUNT_LOCK "%lld.lock",
		       (long long)id);
	if (state_dir_lock(f->job->state_dir, name, LOCK_EXCLUSIVE, LOCK_TRY,
			   &fd, err) == -1)
		return -1;
	xgrow(&f->locks, f->n_locks, sizeof(*f->locks));
	lock = &f->locks[f->n_locks++];
	lock->id = id;
	lock->fd = fd;
	return 0;
}

int fetch_lock_former(struct fetch *f, struct error *err)
{
	int64_t *ids = NULL, former;
	size_t n = 0;
	int rc = state_get_former(f->state, f->job->account_id, &former, err);

	if (rc == 0 && former != 0)
		return lock_one(f, former, err);
	if (rc == 0 && f->health.last_session == 0)
		rc = state_list_left(f->state, f->job->accounts,
				     f->job->n_accounts, &ids, &n, err);
	for (size_t i = 0; rc == 0 && i < n; i++)
		if (ids[i] != f->job->account_id)
			rc = lock_one(f, ids[i], err);
	free(ids);
	return rc;
}

void fetch_unlock_former(struct fetch *f)
{
	for (size_t i = 0; i < f->n_locks; i++)
		io_close_quietly(&f->locks[i].fd);
	free(f->locks);
	f->locks = NULL;
	f->n_locks = 0;
}

bool fetch_has_lock(const struct fetch *f, int64_t id)
{
	for (size_t i = 0; i < f->n_locks; i++)
		if (f->locks[i].id == id)
			return f->locks[i].fd != -1;
	return false;
}
