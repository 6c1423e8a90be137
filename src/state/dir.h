/* SPDX-License-Identifier: ISC */
/* What the state directory tells without its database. */
#ifndef STATE_DIR_H
#define STATE_DIR_H

#include <stdbool.h>

/*
 * Are there signs of a postroom that has worked with it, so that there was a
 * database? A first start that was broken off leaves none.
 */
bool state_dir_is_used(const char *dir);

/* On a network file system SQLite's log must be another one: no WAL. */
bool state_dir_is_network(const char *dir);

#endif
