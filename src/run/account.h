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
 * Keep every other process from this account (its number in the state) until
 * the descriptor in *fd_out is closed. Returns 1; 0 when another process has
 * it, which `err` then says; -1.
 */
int account_lock(const struct config *config, int64_t id, int *fd_out,
		 struct error *err);

/*
 * Providers lock an account after some refused logins: is it better to leave
 * it alone for now? Not when its configuration or password was changed since:
 * that may have mended it.
 */
bool account_is_barred(const struct config *config, size_t account,
		       const struct account_health *health);

#endif
