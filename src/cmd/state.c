/* SPDX-License-Identifier: ISC */
#include "cmd/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "cmd/load.h"
#include "run/account.h"
#include "run/mark.h"
#include "state/accounts.h"
#include "state/admin.h"
#include "state/rebuild.h"
#include "util/clock.h"
#include "util/io.h"
#include "util/log.h"
#include "util/xalloc.h"

#include "util/banned.h"

static int complain(const char *what, const struct error *err)
{
	log_error("state %s: %s", what, err->text);
	return error_exit_status(err->kind);
}

/* The account named by the first word; NULL when there is none, logged. */
static const struct account *first_account(const struct state_words *w,
					   const char *what)
{
	const struct account *account = NULL;

	if (w->words[0] == NULL)
		log_error("state %s: name an account", what);
	else
		account = config_account(w->config, w->words[0]);
	if (w->words[0] != NULL && account == NULL)
		log_error("state %s: there is no account '%s' in %s", what,
			  w->words[0], w->config->path);
	return account;
}

static int run_mark_seen(const struct state_words *w)
{
	const struct account *account = first_account(w, "mark-seen");
	struct error err = ERROR_INIT;
	size_t n;

	if (account == NULL)
		return EX_USAGE;
	if (mark_seen(w->config, (size_t)(account - w->config->accounts),
		      w->words + 1, &n, &err) == -1)
		return complain("mark-seen", &err);
	if (log_get_level() >= LOG_LEVEL_NORMAL)
		(void)printf("%zu messages of %s are known now\n", n,
			     account->name);
	return 0;
}

static int run_rebuild(const struct state_words *w)
{
	const struct rebuild_job job = {
		.state_dir = w->config->state_dir,
		.spool_dir = w->config->spool_dir,
		.maildir = w->config->maildir,
		.force = w->force,
	};
	struct rebuild_result result;
	struct error err = ERROR_INIT;

	if (rebuild_run(&job, &result, &err) == -1)
		return complain("rebuild", &err);
	if (log_get_level() < LOG_LEVEL_NORMAL)
		return 0;
	(void)printf("made a new %s/" STATE_FILE ": %zu messages from the old "
		     "one, %zu files in the folders\n",
		     job.state_dir, result.salvaged, result.found);
	if (result.waiting > 0)
		(void)printf("%lld messages wait in the spool for the next "
			     "run, %zu of them were unknown\n",
			     (long long)result.waiting, result.adopted);
	if (result.aside[0] != '\0')
		(void)printf("the old one is kept as %s/%s\n", job.state_dir,
			     result.aside);
	return 0;
}

static const struct {
	const char *name;
	int (*run)(const struct state_words *w);
	bool writes, names_accounts;
} actions[] = {
	{"show", cmd_state_show, false, true},
	{"export", cmd_state_export, false, true},
	{"mark-seen", run_mark_seen, true, true},
	{"forget", cmd_state_forget, true, true},
	{"rename", cmd_state_rename, true, true},
	{"import", cmd_state_import, true, true},
	{"verify", cmd_state_verify, false, false},
	{"rebuild", run_rebuild, true, false},
};

/* -1: an unknown option. */
static int parse(struct state_words *w, int argc, char **argv)
{
	size_t n = 0;

	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "--all") == 0)
			w->all = true;
		else if (strcmp(argv[i], "--force") == 0)
			w->force = true;
		else if (argv[i][0] == '-' && argv[i][1] == '-')
			return -1;
		else
			w->words[n++] = argv[i];
	}
	w->words[n] = NULL;
	return 0;
}

/* The row of the table; its size when there is none. */
static size_t find_action(const char *name)
{
	size_t i = 0;

	while (i < sizeof(actions) / sizeof(actions[0]) &&
	       strcmp(actions[i].name, name) != 0)
		i++;
	return i;
}

static int run_action(size_t i, struct state_words *w)
{
	struct config *config;
	int status;

	if (w->inv->dry_run && actions[i].writes) {
		log_error("state %s: has no dry run", actions[i].name);
		return EX_USAGE;
	}
	if (w->words[0] != NULL && !actions[i].names_accounts) {
		log_error("state %s: unexpected '%s'", actions[i].name,
			  w->words[0]);
		return EX_USAGE;
	}
	config = cmd_load_config(w->inv);
	if (config == NULL)
		return EX_CONFIG;
	w->config = config;
	status = actions[i].run(w);
	config_free(config);
	return status;
}

static int run_state(const struct invocation *inv, int argc, char **argv)
{
	size_t i = find_action(argc > 1 ? argv[1] : "show");
	struct state_words w = {.inv = inv};
	int status = EX_USAGE;

	w.words = xcalloc((size_t)argc + 1, sizeof(char *));
	if (i == sizeof(actions) / sizeof(actions[0]))
		log_error("state: there is no '%s'; see postroom help state",
			  argv[1]);
	else if (parse(&w, argc > 1 ? argc - 2 : 0, argv + 2) == -1)
		log_error("state: unknown option; see postroom help state");
	else
		status = run_action(i, &w);
	free(w.words);
	return status;
}

const struct cmd cmd_state = {
	.name = "state",
	.summary = "show and repair what is known of mail on the servers",
	.help = "usage: postroom state [--json] [show|export] [ACCOUNT...]\n"
		"       postroom state mark-seen ACCOUNT [UIDL...]\n"
		"       postroom state forget ACCOUNT UIDL...|--all\n"
		"       postroom state rename OLD NEW\n"
		"       postroom state import [ACCOUNT] [FILE]\n"
		"       postroom state [--json] verify\n"
		"       postroom state rebuild [--force]\n"
		"\n"
		"  show       how many messages of each account are known, gone, waiting\n"
		"  export     each message: account, UIDL, size, SHA-256, when it came, state\n"
		"  mark-seen  record the messages that are on the server now (or these) as\n"
		"             known: they are not fetched, and never deleted there\n"
		"  forget     the opposite: fetch them again, if the server still has them\n"
		"  rename     what is known of the account OLD is known of NEW from now on\n"
		"  import     make known what another postroom has exported, or what stands in\n"
		"             a file with one UIDL a line (default: standard input)\n"
		"  verify     check database and spool for damage\n"
		"  rebuild    replace a damaged or lost database: by what can be read of it, by\n"
		"             the names of the files in the Maildirs, and by the spool; the old\n"
		"             one is kept\n"
		"\n"
		"exit status: 0 done and sound, 75 try again later, 77 a person must act\n"
		"\n"
		"example: postroom state mark-seen work && postroom fetch\n",
	.run = run_state,
};
