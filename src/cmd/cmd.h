/* SPDX-License-Identifier: ISC */
/* The command table: one row, one file and one --help screen a command. */
#ifndef CMD_H
#define CMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/error.h"

struct config;

/* What the global options said; they may stand before or after the command. */
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

/* By name; NULL, with a word to standard error, when there is none. */
const struct cmd *cmd_find(const char *name);

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

/* cmd_test.c: run its tests; 0 all passed, 1 some failed. */
int cmd_run_tests(const struct config *config);

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

/* A line of standard output; the text is escaped, and may be cut. */
void cmd_print_escaped(const char *prefix, const char *text);

/*
 * Text that is escaped already in so many columns of a terminal, cut or filled;
 * a name is not cut, for it is needed whole: what follows it moves.
 */
void cmd_print_column(const char *text, unsigned width);
void cmd_print_name(const char *text, unsigned width);

/* "2026-11-26 10:50", local time; for people. */
void cmd_format_time(int64_t seconds, char *out, size_t size);

#endif
