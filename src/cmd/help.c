/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <sysexits.h>

#include "cmd/cmd.h"

#include "util/banned.h"

static void print_overview(void)
{
	const struct cmd *command;

	(void)printf("postroom collects mail by POP3 and sorts it into "
		     "Maildir folders.\n"
		     "\n"
		     "usage: postroom [-c FILE] [-n] [-q|-v|-vv] [COMMAND] "
		     "[ARGUMENT…]\n"
		     "\n");
	for (size_t i = 0; (command = cmd_row(i)) != NULL; i++)
		(void)printf("  %-9s %s\n", command->name, command->summary);
	(void)printf("\n"
		     "postroom COMMAND --help shows more; postroom.conf(5) and "
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
	.summary = "show this overview, or the help of one command",
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
