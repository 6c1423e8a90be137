/* SPDX-License-Identifier: ISC */
/* May this process poll an account now? */
#ifndef RUN_ACCOUNT_H
#define RUN_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/config.h"
#include "state/accounts.h"

struct account_health;

/*
 * Keep other processes from this account (its number in the state) until the
 * descriptor in *fd_out is closed. Returns 1 when locked; 0, with `err` set,
 * when another process has the lock; -1 on error.
 */
int account_lock(const struct config *config, int64_t id, int *fd_out,
		 struct error *err);

/*
 * Must the account be left alone for now? Providers lock accounts after some
 * refused logins. Not barred when its configuration or password has changed
 * since the last try, for that may have mended it.
 */
bool account_is_barred(const struct config *config, size_t account,
		       const struct account_health *health);

#endif
