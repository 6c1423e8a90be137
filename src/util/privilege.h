/* SPDX-License-Identifier: ISC */
/* Giving root's rights up for those of a user. */
#ifndef UTIL_PRIVILEGE_H
#define UTIL_PRIVILEGE_H

#include <sys/types.h>

#include "util/error.h"

/*
 * When running as root: become `uid` for good, with its groups. As anybody
 * else, or for uid 0, nothing happens.
 */
int privilege_become(uid_t uid, struct error *err);

#endif
