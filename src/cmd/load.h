/* SPDX-License-Identifier: ISC */
/* What commands begin and end with: the configuration, and a report. */
#ifndef CMD_LOAD_H
#define CMD_LOAD_H

#include <stdbool.h>

#include "cmd/cmd.h"
#include "util/error.h"

/*
 * Find and load the configuration, print what is wrong with it to standard
 * error. NULL when it cannot be used: exit 78. Warnings are for people: they
 * are said on a terminal, and by check, not in the mail of cron.
 */
struct config *cmd_load_config(const struct invocation *inv);
struct config *cmd_check_config(const struct invocation *inv);

/* What can be had in spite of errors, which are printed: *broken_out. */
struct config *cmd_load_config_anyway(const struct invocation *inv,
				      bool *broken_out);

/* The same for a daemon: what is wrong is logged, the first of it in err. */
struct config *cmd_reload_config(const struct invocation *inv,
				 struct error *err);

/* Log to the file that the configuration names, where it names one. */
void cmd_open_log(const struct config *config);

/*
 * The end of a command that reports with an error: rc 0 gives exit status 0;
 * else it is logged behind the name of the command, and gives its status.
 */
int cmd_outcome(const char *name, int rc, const struct error *err);

/*
 * The rest of a command that shows something, once its words are understood:
 * load the configuration, show, end. Returns the exit status.
 */
typedef int cmd_shower(const struct invocation *inv,
		       const struct config *config, const void *options,
		       struct error *err);
int cmd_run_show(const struct invocation *inv, const char *name,
		 cmd_shower *show, const void *options);

#endif
