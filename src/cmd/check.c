/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/load.h"
#include "config/config.h"
#include "rules/ruleset.h"
#include "run/survey.h"
#include "state/dir.h"
#include "util/buf.h"
#include "util/escape.h"
#include "util/log.h"
#include "util/sandbox.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Longer values are cut in the summary. */
#define SHOWN_MAX 512

static void print_row(const char *label, const char *value, const char *note)
{
	char text[SHOWN_MAX];

	escape_to(text, sizeof(text), value, strlen(value));
	(void)printf("  %-9s %s%s\n", label, text, note);
}

static void print_account(const struct account *a)
{
	struct buf text = BUF_INIT(SHOWN_MAX);

	buf_addf(&text, "%.80s: %.120s at %.120s:%d", a->name, a->user, a->host,
		 a->port);
	print_row("account", text.s, a->enabled ? "" : " (switched off)");
	buf_release(&text);
}

/* Tells the layout as maildir_open() does. */
static const char *layout_note(const struct config *config)
{
	struct buf cur = BUF_INIT(4096);
	bool plus = config->layout == LAYOUT_MAILDIRPP;

	if (config->layout == LAYOUT_AUTO) {
		buf_addf(&cur, "%s/cur", config->maildir);
		plus = access(cur.s, F_OK) == 0;
		buf_release(&cur);
	}
	return plus ? " (layout maildir++)" : " (layout fs)";
}

static void print_summary(const struct config *config)
{
	char rules[32];

	print_row("config", config->path, " is in order");
	for (size_t i = 0; i < config->n_accounts; i++)
		print_account(&config->accounts[i]);
	(void)snprintf(rules, sizeof(rules), "%zu",
		       ruleset_size(config->rules));
	print_row("rules", rules, "");
	print_row("maildir", config->maildir, layout_note(config));
	print_row("state", config->state_dir,
		  state_dir_is_network(config->state_dir)
			  ? " (on a network file system; a local one is faster "
			    "and safer)"
			  : "");
}

static void warn_of_sandbox(const struct config *config, bool show)
{
	char held[128];
	bool holds = sandbox_probe(held, sizeof(held));

	if (!holds)
		log_warning("the processes that fetch and read mail cannot be "
			    "confined: %s; %s",
			    held,
			    strcmp(config->sandbox, "strict") == 0
				    ? "mail waits until it can, or until "
				      "sandbox = best-effort is set"
				    : "they are used nevertheless, because of "
				      "sandbox = best-effort");
	if (show)
		print_row("sandbox", held, "");
}

/* Warns once about each folder of a rule that does not exist. */
struct folders {
	struct maildir *maildir;
	char **told;
};

static void tell_of_folder(void *context, const char *file, int line,
			   const char *name)
{
	struct folders *f = context;

	for (size_t i = 0; f->told != NULL && f->told[i] != NULL; i++)
		if (strcmp(f->told[i], name) == 0)
			return;
	strings_add(&f->told, name);
	if (!maildir_exists(f->maildir, name))
		log_warning("%s:%d: the folder \"%s\" does not exist; it will "
			    "be created",
			    file, line, name);
}

/* If the Maildir exists, a folder that does not exist may be misspelt. */
static void warn_of_folders(const struct config *config)
{
	struct folders f = {NULL, NULL};
	const struct rule_listener listener = {&f, tell_of_folder};
	struct error ignored = ERROR_INIT;

	if (access(config->maildir, F_OK) != 0 ||
	    maildir_open(&f.maildir, config->maildir, config->layout,
			 config->folder_encoding, &ignored) == -1)
		return;
	ruleset_each_folder(config->rules, &listener);
	strings_free(f.told);
	maildir_close(f.maildir);
}

/*
 * Users who may write there can remove mail, or put links where it is filed.
 * This is a warning only, because groups may share a Maildir on purpose.
 */
static void warn_of_others(const char *path)
{
	struct stat st;

	if (stat(path, &st) == -1)
		return;
	if ((st.st_mode & 022) != 0)
		log_warning("%s: warning: other users may write there (mode "
			    "%04o); if they should not, run chmod go-w",
			    path, (unsigned)st.st_mode & 07777);
	if (st.st_uid != geteuid())
		log_warning("%s: warning: it belongs to another user (uid %u)",
			    path, (unsigned)st.st_uid);
}

static void tell_of_rule(void *context, const char *file, int line,
			 const char *text)
{
	(void)context;
	log_warning("%s:%d: warning: %s", file, line, text);
}

static void warn_of_rules(const struct config *config)
{
	const struct rule_listener listener = {NULL, tell_of_rule};
	const char **accounts =
		xcalloc(config->n_accounts + 1, sizeof(*accounts));

	for (size_t i = 0; i < config->n_accounts; i++)
		accounts[i] = config->accounts[i].name;
	ruleset_warn(config->rules, accounts, &listener);
	free(accounts);
}

/* All that reading the configuration tells. */
static void tell_of_config(const struct config *config, bool json)
{
	bool show = !json && (log_get_level() >= LOG_LEVEL_WHY ||
			      (isatty(STDOUT_FILENO) &&
			       log_get_level() >= LOG_LEVEL_NORMAL));

	warn_of_rules(config);
	warn_of_folders(config);
	warn_of_others(config->maildir);
	warn_of_others(config->state_dir);
	warn_of_others(config->spool_dir);
	if (show)
		print_summary(config);
	warn_of_sandbox(config, show);
}

static int connect_accounts(const struct config *config, char **names, int n,
			    bool json)
{
	size_t *chosen =
		xcalloc(config->n_accounts + (size_t)n + 1, sizeof(*chosen));
	size_t n_chosen;
	int status = EX_USAGE;

	if (cmd_choose_accounts(config, n, names, chosen, &n_chosen) == 0) {
		if (n_chosen == 0)
			log_warning("%s: no account to connect to",
				    config->path);
		status = run_survey(config, chosen, n_chosen, json);
	}
	free(chosen);
	return status;
}

static int check(const struct invocation *inv, bool connects, char **names,
		 int n)
{
	struct config *config;
	int status = 0;

	/* Print as compilers do, so that editors find the lines. */
	log_set_name(false);
	config = cmd_check_config(inv);
	if (geteuid() == 0)
		log_warning("postroom was started by root; run it as an "
			    "ordinary user, which is safer for mail and "
			    "commands");
	if (config == NULL)
		return EX_CONFIG;
	tell_of_config(config, inv->json);
	if (connects)
		status = connect_accounts(config, names, n, inv->json);
	config_free(config);
	return status;
}

static int run_check(const struct invocation *inv, int argc, char **argv)
{
	char **names = xcalloc((size_t)argc, sizeof(*names));
	const char *odd = NULL;
	bool connects = false;
	int n = 0, status = EX_USAGE;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--connect") == 0)
			connects = true;
		else if (argv[i][0] == '-')
			odd = argv[i];
		else
			names[n++] = argv[i];
	}
	if (odd == NULL && n > 0 && !connects)
		odd = names[0];
	if (odd == NULL)
		status = check(inv, connects, names, n);
	else
		log_error("check: unexpected '%s'; name a configuration with "
			  "-c FILE, accounts behind --connect",
			  odd);
	free(names);
	return status;
}

const struct cmd cmd_check = {
	.name = "check",
	.summary = "check the configuration for errors, or the accounts",
	.help = "usage: postroom [-c FILE] [-v] check [--connect [ACCOUNT…]] [--json]\n"
		"\n"
		"Reads the configuration with all files it includes, and prints all errors in\n"
		"it with file, line and column; also when a file or program for a password or\n"
		"for TLS is missing. Fetches, runs and writes nothing. On a terminal, or with\n"
		"-v, a correct configuration is summarized.\n"
		"\n"
		"  --connect  also log in to the accounts (without names: all of them) and show\n"
		"             what the server can do, its folders, and what would be fetched;\n"
		"             nothing is fetched, changed or marked as read\n"
		"  --json     with --connect: an object a line for each account\n"
		"\n"
		"exit status: 0 no errors, 78 there are errors; with --connect also 75\n"
		"temporary trouble, 77 a person must act (login, certificate); 64 usage\n"
		"\n"
		"example: postroom -c ~/new.conf check --connect\n",
	.run = run_check,
};
