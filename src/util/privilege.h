/* SPDX-License-Identifier: ISC */
/* Dropping root's rights for those of a user. */
#ifndef UTIL_PRIVILEGE_H
#define UTIL_PRIVILEGE_H

#include <sys/types.h>

#include "util/error.h"

/*
 * When running as root: become `uid` permanently, with its groups. Otherwise,
 * or for uid 0, nothing happens.
 */
int privilege_become(uid_t uid, struct error *err);

#endif
