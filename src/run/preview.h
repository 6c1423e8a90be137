/* SPDX-License-Identifier: ISC */
/* The dry run of `fetch`: nothing changes, here or on the server. */
#ifndef RUN_PREVIEW_H
#define RUN_PREVIEW_H

#include <stddef.h>

#include "config/config.h"

/*
 * Show on standard output what is new in the accounts at these places in the
 * configuration, and where it would go. Returns the worst exit status.
 */
int run_preview(const struct config *config, const size_t *accounts, size_t n);

#endif
