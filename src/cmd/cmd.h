/* SPDX-License-Identifier: ISC */
/* The command table: one row, one file and one --help screen a command. */
#ifndef CMD_H
#define CMD_H

#include <stdbool.h>
#include <stddef.h>

struct config;

/* The global options, which may stand before or after the command. */
struct invocation {
	const char *config_path; /* -c, or NULL */
	bool dry_run;		 /* -n */
	bool json;		 /* --json */
};

struct cmd {
	const char *name;
	const char *summary; /* one line for `help` */
	const char *help;    /* the --help screen, an example at its end */
	/* argv[0] is the command; global options are gone. Exit status. */
	int (*run)(const struct invocation *inv, int argc, char **argv);
};

extern const struct cmd cmd_check, cmd_complete, cmd_daemon, cmd_deliver,
	cmd_explain, cmd_fetch, cmd_help, cmd_log, cmd_poll, cmd_rules,
	cmd_show, cmd_sort, cmd_state, cmd_stats, cmd_status, cmd_test,
	cmd_undo, cmd_version, cmd_why;

/* Row i of the table, or NULL past its end. */
const struct cmd *cmd_row(size_t i);

/* By name; NULL when there is none, which is logged. */
const struct cmd *cmd_find(const char *name);

/* test.c: run its tests, log what fails; 0 all passed, 1 some failed. */
int cmd_run_tests(const struct config *config);

#endif
