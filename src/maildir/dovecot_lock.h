/* SPDX-License-Identifier: ISC */
/*
 * Dovecot's locks in a Maildir: a file that exists while a process has the
 * lock. A process that dies leaves it behind; both Dovecot and postroom remove
 * one that is older than two minutes.
 */
#ifndef MAILDIR_DOVECOT_LOCK_H
#define MAILDIR_DOVECOT_LOCK_H

#include "util/error.h"

/*
 * Take the lock of that name in `dir_fd`. Returns 1 and a descriptor that
 * identifies it in *fd_out; 0 when other processes had it for two seconds; -1
 * on error.
 */
int dovecot_lock(int dir_fd, const char *name, int *fd_out, struct error *err);

/*
 * Release it, unless the file was replaced or renamed meanwhile; *fd becomes
 * -1. -1 is accepted.
 */
void dovecot_unlock(int dir_fd, const char *name, int *fd);

#endif
