/* SPDX-License-Identifier: ISC */
/* For shell completion: prints the words that fit, one a line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "config/config.h"
#include "maildir/walk.h"
#include "rules/ruleset.h"
#include "util/value.h"
#include "util/xalloc.h"

#include "util/banned.h"

/*
 * Skip words with control characters: a rule may have made such a folder from a
 * message, and the shell writes the word to a terminal.
 */
static void print_word(const char *word)
{
	for (const char *p = word; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			return;
	(void)printf("%s\n", word);
}

static void print_options(const char *help)
{
	size_t len;

	for (const char *p = help; (p = strstr(p, "--")) != NULL; p += len) {
		len = strspn(p, "-abcdefghijklmnopqrstuvwxyz");
		if (len > 2 && p > help && (p[-1] == ' ' || p[-1] == '[') &&
		    memmem(help, (size_t)(p - help), p, len) == NULL)
			(void)printf("%.*s\n", (int)len, p);
	}
}

static void print_commands(void)
{
	const struct cmd *cmd;

	for (size_t i = 0; (cmd = cmd_row(i)) != NULL; i++)
		(void)printf("%s\n", cmd->name);
}

static void print_accounts(const struct config *config)
{
	for (size_t i = 0; i < config->n_accounts; i++)
		print_word(config->accounts[i].name);
}

static void print_rules(const struct config *config)
{
	for (size_t i = 0; i < ruleset_size(config->rules); i++)
		print_word(ruleset_rule_name(config->rules, (unsigned)i));
}

/* Maildir++ has ".Lists.x" for Lists/x. */
static void print_folder(char *name)
{
	if (name[0] == '.')
		for (char *p = ++name; *p != '\0'; p++)
			if (*p == '.')
				*p = '/';
	if (name[0] != '\0')
		print_word(name);
}

static void print_folders(const struct config *config)
{
	size_t len = config->maildir == NULL ? 0 : strlen(config->maildir);
	char **paths = NULL;

	if (len == 0)
		return;
	maildir_walk(config->maildir, &paths);
	for (size_t i = 0; paths != NULL && paths[i] != NULL; i++)
		if (strlen(paths[i]) > len + 1)
			print_folder(paths[i] + len + 1);
	strings_free(paths);
}

/* Folders on servers that the configuration names. */
static void print_server_folders(const struct config *config)
{
	for (size_t i = 0; i < config->n_accounts; i++) {
		char *const *folders = config->accounts[i].folders;

		for (size_t j = 0; folders != NULL && folders[j] != NULL; j++)
			if (strpbrk(folders[j], "*%\\") == NULL)
				print_word(folders[j]);
	}
}

static bool is_one_of(const char *words, const char *word)
{
	return value_find_word(words, word, NULL) != -1;
}

/* Names that fit after the word `before`, or else as argument of `command`. */
static void print_names(const struct config *config, const char *command,
			const char *before)
{
	if (strcmp(before, "--folder") == 0 && strcmp(command, "explain") == 0)
		print_server_folders(config);
	else if (strcmp(before, "--folder") == 0)
		print_folders(config);
	else if (strcmp(before, "--rule") == 0)
		print_rules(config);
	else if (strcmp(before, "--account") == 0 ||
		 is_one_of("fetch daemon poll", command) ||
		 (strcmp(command, "check") == 0 &&
		  (strcmp(before, "--connect") == 0 ||
		   config_account(config, before) != NULL)) ||
		 (strcmp(command, "state") == 0 &&
		  is_one_of("show export forget mark-seen rename import",
			    before)))
		print_accounts(config);
}

static const struct cmd *find_command(int argc, char **argv)
{
	for (int i = 1; i < argc - 1; i++)
		for (size_t j = 0; cmd_row(j) != NULL; j++)
			if (strcmp(argv[i], cmd_row(j)->name) == 0)
				return cmd_row(j);
	return NULL;
}

/* The configuration of -c, or the one found; NULL: there is none. */
static struct config *load(int argc, char **argv)
{
	struct diagnostics ignored = {0};
	struct config *config = NULL;
	char *path = NULL;

	for (int i = 1; i < argc - 2 && path == NULL; i++)
		if (is_one_of("-c --config", argv[i]))
			path = xstrdup(argv[i + 1]);
	if (path == NULL)
		path = config_find();
	if (path != NULL)
		config = config_load_anyway(path, &ignored);
	diagnostics_release(&ignored);
	free(path);
	return config;
}

/* argv: the words so far; the last one is being typed. */
static int run_complete(const struct invocation *inv, int argc, char **argv)
{
	const char *word = argc > 1 ? argv[argc - 1] : "";
	const char *before = argc > 2 ? argv[argc - 2] : "";
	const struct cmd *command = find_command(argc, argv);
	struct config *config;

	(void)inv;
	if (is_one_of("-c --config", before))
		return 0;
	if (command == NULL || strcmp(command->name, "help") == 0) {
		print_commands();
		return 0;
	}
	if (word[0] == '-') {
		print_options(command->help);
		return 0;
	}
	if (strcmp(before, "state") == 0) {
		(void)printf("show\nexport\nmark-seen\nforget\nrename\n"
			     "import\nverify\nrebuild\n");
		return 0;
	}
	config = load(argc, argv);
	if (config != NULL)
		print_names(config, command->name, before);
	config_free(config);
	return 0;
}

const struct cmd cmd_complete = {
	.name = "__complete",
	.summary = "print words for shell completion",
	.help = "",
	.run = run_complete,
};
