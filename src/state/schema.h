/* SPDX-License-Identifier: ISC */
/* The tables of the database, as the steps that made them. */
#ifndef STATE_SCHEMA_H
#define STATE_SCHEMA_H

#define STATE_VERSION 12

/* Step i brings a database of version i to the next one. */
extern const char *const state_migrations[STATE_VERSION];

#endif
