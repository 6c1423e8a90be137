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

static int run_check(const struct invocation *inv, int argc, char **argv)
{
	struct config *config;
	bool show;

	if (argc > 1) {
		log_error("check: unexpected '%s'; name a configuration with "
			  "-c FILE",
			  argv[1]);
		return EX_USAGE;
	}
	/* Print as compilers do, so that editors find the lines. */
	log_set_name(false);
	config = cmd_check_config(inv);
	if (geteuid() == 0)
		log_warning("postroom was started by root; run it as an "
			    "ordinary user, which is safer for mail and "
			    "commands");
	if (config == NULL)
		return EX_CONFIG;
	warn_of_rules(config);
	warn_of_folders(config);
	warn_of_others(config->maildir);
	warn_of_others(config->state_dir);
	warn_of_others(config->spool_dir);
	show = log_get_level() >= LOG_LEVEL_WHY ||
	       (isatty(STDOUT_FILENO) && log_get_level() >= LOG_LEVEL_NORMAL);
	if (show)
		print_summary(config);
	warn_of_sandbox(config, show);
	config_free(config);
	return 0;
}

const struct cmd cmd_check = {
	.name = "check",
	.summary = "check the configuration for errors",
	.help = "usage: postroom [-c FILE] [-v] check\n"
		"\n"
		"Reads the configuration with all files it includes, and prints all errors in\n"
		"it with file, line and column; also when a file or program for a password or\n"
		"for TLS is missing. Fetches, runs and writes nothing. On a terminal, or with\n"
		"-v, a correct configuration is summarized.\n"
		"\n"
		"exit status: 0 no errors, 78 there are errors\n"
		"\n"
		"example: postroom -c ~/new.conf check\n",
	.run = run_check,
};
