/* SPDX-License-Identifier: ISC */
/* What the state directory tells without its database. */
#ifndef STATE_DIR_H
#define STATE_DIR_H

#include <stdbool.h>

#include "util/lock.h"

/*
 * Locks in the state directory: only one process at a time fetches from an
 * account, sorts the spool, runs commands of rules, sorts mail on disk or is
 * the daemon. `deliver` takes DELIVER_LOCK shared while it writes into the
 * spool; the exclusive holder may clear away what a dead one left there.
 */
#define ACCOUNT_LOCK  "account-" /* and the account's number, and ".lock" */
#define SORTER_LOCK   "sorter.lock"
#define COMMANDS_LOCK "commands.lock"
#define DISK_LOCK     "disk.lock"
#define DELIVER_LOCK  "deliver.lock"
#define DAEMON_LOCK   "daemon.lock" /* the file holds the process's number */

/* lock_take() of the file `name` in the state directory `dir`. */
int state_dir_lock(const char *dir, const char *name, enum lock_mode mode,
		   enum lock_wait wait, int *fd_out, struct error *err);

/*
 * Are there signs of a postroom that has worked with it, so that there was a
 * database? A first start that was broken off leaves none.
 */
bool state_dir_is_used(const char *dir);

/* On a network file system SQLite's log must be another one: no WAL. */
bool state_dir_is_network(const char *dir);

#endif
