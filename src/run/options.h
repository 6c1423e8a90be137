/* SPDX-License-Identifier: ISC */
/* The part of the configuration that fetching and sorting need. */
#ifndef RUN_OPTIONS_H
#define RUN_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/config.h"

struct fetch_job;
struct sort_options;
struct state;

/* Does a person read what is logged? On a terminal, or with -v. */
bool run_is_watched(void);

/*
 * `report_fd` is for report_send(), or -1. The result borrows from the
 * configuration.
 */
void run_sort_options(const struct config *config, int report_fd,
		      struct sort_options *out);

/*
 * `account` is its place in the configuration, `id` its number in the state.
 * The result borrows from the configuration, and has no descriptors yet.
 */
void run_fetch_job(const struct config *config, size_t account, int64_t id,
		   struct fetch_job *out);

/*
 * Look at these accounts in turn without changing the state. Each call returns
 * an exit status; returns the worst of them.
 */
typedef int run_look_at(void *context, const struct fetch_job *job);
int run_look(const struct config *config, const size_t *accounts, size_t n,
	     run_look_at *look, void *context);

/* Fail before any login when the Maildir cannot take the mail. */
int run_check_maildir(const struct config *config, struct state *state,
		      struct error *err);

/*
 * Fail before any login when the state is new, but not the Maildir: all mail
 * would come again.
 */
int run_check_state(const struct config *config, struct state *state,
		    struct error *err);

#endif
