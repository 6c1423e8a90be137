/* SPDX-License-Identifier: ISC */
#ifndef RUN_MARK_H
#define RUN_MARK_H

#include <stddef.h>

#include "config/config.h"

/*
 * fetch_mark_seen() for the account at this place in the configuration, with
 * its lock.
 */
int mark_seen(const struct config *config, size_t account, char *const *uidls,
	      size_t *n_out, struct error *err);

#endif
