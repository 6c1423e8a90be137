/* SPDX-License-Identifier: ISC */
/* How commands begin and end: load the configuration, report an error. */
#ifndef CMD_LOAD_H
#define CMD_LOAD_H

#include <stdbool.h>

#include "cmd/cmd.h"
#include "state/state.h"
#include "util/error.h"

/*
 * Find and load the configuration; its errors go to standard error. NULL when
 * it cannot be used: exit with EX_CONFIG. Warnings are shown on a terminal and
 * by `check`, but not in the mail of cron. `check` loads strictly: files and
 * programs for passwords and TLS must be there.
 */
struct config *cmd_load_config(const struct invocation *inv);
struct config *cmd_check_config(const struct invocation *inv);

/* The same, but what is usable in spite of errors: *broken_out. */
struct config *cmd_load_config_anyway(const struct invocation *inv,
				      bool *broken_out);

/* The same for a daemon: errors are logged, and the first one is in err. */
struct config *cmd_reload_config(const struct invocation *inv,
				 struct error *err);

/*
 * The accounts that are named, each once, or all that are enabled, by their
 * places in the configuration; `chosen` has room for all of it and for all
 * names. -1: one does not exist, which is logged.
 */
int cmd_choose_accounts(const struct config *config, int argc, char **argv,
			size_t *chosen, size_t *n_out);

/* Log to the file that the configuration names, where it names one. */
void cmd_open_log(const struct config *config);

/*
 * Open the state for a command that only shows something: accounts have the
 * names of the configuration.
 */
int cmd_open_state(const struct config *config, struct state **out,
		   struct error *err);

/*
 * The exit status of a command that ended with `rc`: 0, or on -1 that of the
 * error, which is logged as "NAME: TEXT".
 */
int cmd_outcome(const char *name, int rc, const struct error *err);

/*
 * A command that only shows something, after its arguments are parsed: load
 * the configuration, call `show`. Returns the exit status.
 */
typedef int cmd_shower(const struct invocation *inv,
		       const struct config *config, const void *options,
		       struct error *err);
int cmd_run_show(const struct invocation *inv, const char *name,
		 cmd_shower *show, const void *options);

#endif
