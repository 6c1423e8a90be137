/* SPDX-License-Identifier: ISC */
/* The accounts of the configuration in the state: may they be polled now? */
#ifndef RUN_ACCOUNT_H
#define RUN_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/config.h"
#include "state/state.h"

struct account_health;

/*
 * The number of an account in the state, by its place in the configuration; it
 * is added when it is new. All rows get the names of the configuration.
 */
int account_find(const struct config *config, size_t account,
		 struct state *state, int64_t *id_out, struct error *err);

/* The same for several of them. */
int account_find_all(const struct config *config, const size_t *accounts,
		     size_t n, struct state *state, int64_t *ids_out,
		     struct error *err);

/*
 * The numbers of all accounts of the configuration, 0 for one that the state
 * does not have; nothing is written. The caller frees them.
 */
int account_show_all(const struct config *config, int64_t **ids_out,
		     struct error *err);

/*
 * Keep other processes from this account (its number in the state) until the
 * descriptor in *fd_out is closed. Returns 1 when locked; 0, with `err` set,
 * when another process has the lock; -1 on error.
 */
int account_lock(const struct config *config, int64_t id, int *fd_out,
		 struct error *err);

/* Is another process fetching from this account now? */
bool account_is_busy(const struct config *config, int64_t id);

/*
 * Must the account be left alone for now? Providers lock accounts after some
 * refused logins. Not barred when its configuration or password has changed
 * since the last try, for that may have mended it.
 */
bool account_is_barred(const struct config *config, size_t account,
		       const struct account_health *health);

#endif
