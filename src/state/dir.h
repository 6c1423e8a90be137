/* SPDX-License-Identifier: ISC */
/* Facts about the state directory that need no database. */
#ifndef STATE_DIR_H
#define STATE_DIR_H

#include <stdbool.h>

#include "util/lock.h"

/*
 * Locks in the state directory: only one process at a time fetches from an
 * account, sorts the spool, runs commands of rules, sorts mail on disk or is
 * the daemon. `deliver` takes DELIVER_LOCK shared while it writes into the
 * spool; the exclusive holder may remove files that a killed `deliver` left
 * there.
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
 * Has a postroom worked here before, so that there must have been a database? A
 * first start that was interrupted does not count.
 */
bool state_dir_is_used(const char *dir);

/* Is it on a network file system, where SQLite cannot use a WAL? */
bool state_dir_is_network(const char *dir);

#endif
