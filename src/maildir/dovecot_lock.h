/* SPDX-License-Identifier: ISC */
/*
 * Dovecot's lock of a Maildir, a file that exists while somebody has it. A
 * process that dies leaves it behind: one that is older than two minutes is
 * taken away, by Dovecot as by us.
 */
#ifndef MAILDIR_DOVECOT_LOCK_H
#define MAILDIR_DOVECOT_LOCK_H

#include "util/error.h"

/*
 * Take the lock of the Maildir `dir_fd`. Returns 1 and a descriptor that
 * identifies it in *fd_out; 0 when others had it for two seconds; -1 on an
 * error.
 */
int dovecot_lock(int dir_fd, int *fd_out, struct error *err);

/*
 * Give it back, and leave alone what another process has put in its place;
 * *fd becomes -1. -1 is accepted.
 */
void dovecot_unlock(int dir_fd, int *fd);

#endif
