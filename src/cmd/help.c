/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "cmd/cmd.h"
#include "util/log.h"
#include "util/suggest.h"

#include "util/banned.h"

/* In the order in which a newcomer needs them. */
static const struct cmd *const table[] = {
	&cmd_fetch,   &cmd_check,   &cmd_daemon, &cmd_poll,  &cmd_status,
	&cmd_explain, &cmd_test,    &cmd_rules,	 &cmd_sort,  &cmd_why,
	&cmd_log,     &cmd_stats,   &cmd_undo,	 &cmd_state, &cmd_deliver,
	&cmd_show,    &cmd_version, &cmd_help,
};

const struct cmd *cmd_row(size_t i)
{
	return i < sizeof(table) / sizeof(table[0]) ? table[i] : NULL;
}

const struct cmd *cmd_find(const char *name)
{
	struct suggestion s = suggest_for(name);

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (strcmp(table[i]->name, name) == 0)
			return table[i];
		suggest_try(&s, table[i]->name);
	}
	if (s.best != NULL)
		log_error("there is no command '%s' — did you mean '%s'?", name,
			  s.best);
	else
		log_error("there is no command '%s'; see postroom help", name);
	return NULL;
}

static void print_overview(void)
{
	(void)printf("postroom collects mail by POP3 and sorts it into "
		     "Maildir folders.\n"
		     "\n"
		     "usage: postroom [-c FILE] [-n] [-q|-v|-vv] [COMMAND] "
		     "[ARGUMENT…]\n"
		     "\n");
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		(void)printf("  %-9s %s\n", table[i]->name, table[i]->summary);
	(void)printf("\n"
		     "postroom COMMAND --help says more; postroom.conf(5) and "
		     "postroom-rules(7)\n"
		     "describe the configuration.\n"
		     "\n"
		     "example:  postroom check && postroom -v fetch\n");
}

static int run_help(const struct invocation *inv, int argc, char **argv)
{
	const struct cmd *command;

	(void)inv;
	if (argc < 2) {
		print_overview();
		return 0;
	}
	command = cmd_find(argv[1]);
	if (command == NULL)
		return EX_USAGE;
	(void)fputs(command->help, stdout);
	return 0;
}

static int run_version(const struct invocation *inv, int argc, char **argv)
{
	(void)inv;
	(void)argc;
	(void)argv;
	(void)printf("postroom %s\n", PACKAGE_VERSION);
	return 0;
}

const struct cmd cmd_help = {
	.name = "help",
	.summary = "this overview, or the page of one command",
	.help = "usage: postroom help [COMMAND]\n"
		"\n"
		"example:  postroom help fetch\n",
	.run = run_help,
};

const struct cmd cmd_version = {
	.name = "version",
	.summary = "print the version",
	.help = "usage: postroom version\n"
		"\n"
		"example:  postroom version\n",
	.run = run_version,
};
