/* SPDX-License-Identifier: ISC */
/* Rights of a process. */
#ifndef UTIL_PRIVILEGE_H
#define UTIL_PRIVILEGE_H

#include <pwd.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "util/error.h"

/*
 * When running as root: become `user` permanently, with its groups and with
 * HOME, USER and LOGNAME. Otherwise, or for root, nothing happens.
 */
int privilege_become(const struct passwd *user, struct error *err);

/*
 * When running as root: become the owner of `path`, or of the nearest directory
 * above it that is not root's. Links are not followed, so that a user's link
 * to files of root is the user's. Only if all is root's, and nobody else can
 * change it, nothing happens.
 */
int privilege_become_owner(const char *path, struct error *err);

/*
 * Refuse (ERR_PERSON) a directory of another user or one that everybody can
 * write to: there they could forge mail, or lead us elsewhere. `what` names it,
 * "the Maildir". It must exist.
 */
int privilege_check_directory(const char *what, const char *path,
			      struct error *err);

/*
 * Can others than its owner and root write to this file? A group with the name
 * of the owner and without further members is the owner alone, as many systems
 * make for each user.
 */
bool privilege_is_shared(const struct stat *file);

#endif
