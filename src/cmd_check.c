/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "config.h"
#include "util/buf.h"
#include "util/escape.h"
#include "util/log.h"

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

/* The same look that maildir.c takes. */
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
	print_row("state", config->state_dir, "");
}

static int run_check(const struct invocation *inv, int argc, char **argv)
{
	struct config *config;

	if (argc > 1) {
		log_error("check takes no argument '%s'; a file is named with "
			  "-c",
			  argv[1]);
		return 64;
	}
	config = cmd_load_config(inv);
	if (geteuid() == 0)
		log_warning("postroom was started by root; mail and commands "
			    "are safer under a user of their own");
	if (config == NULL)
		return 78;
	if (log_get_level() >= LOG_LEVEL_WHY ||
	    (isatty(STDOUT_FILENO) && log_get_level() >= LOG_LEVEL_NORMAL))
		print_summary(config);
	config_free(config);
	return 0;
}

const struct cmd cmd_check = {
	.name = "check",
	.summary = "look whether the configuration is in order",
	.help = "usage: postroom [-c FILE] [-v] check\n"
		"\n"
		"Reads the configuration with all files it includes and "
		"prints everything that\n"
		"is wrong with it, with file, line and column. Nothing is "
		"fetched or written.\n"
		"When all is in order a summary is printed on a terminal, or "
		"with -v.\n"
		"\n"
		"exit status: 0 in order, 78 there are errors\n"
		"\n"
		"example: postroom -c ~/new.conf check\n",
	.run = run_check,
};
