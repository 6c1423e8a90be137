/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/load.h"
#include "config/config.h"
#include "run/preview.h"
#include "run/round.h"
#include "state/queue.h"
#include "util/log.h"
#include "util/xalloc.h"

#include "util/banned.h"

static int fetch_accounts(const struct invocation *inv,
			  const struct config *config, int argc, char **argv)
{
	size_t room = config->n_accounts + (size_t)argc + 1;
	size_t *chosen = xcalloc(room, sizeof(*chosen));
	size_t n;
	int status = EX_USAGE;

	if (cmd_choose_accounts(config, argc, argv, chosen, &n) == 0) {
		status = 0;
		if (n == 0)
			log_warning("%s: no account to fetch from",
				    config->path);
		else if (inv->dry_run)
			status = run_preview(config, chosen, n);
		else
			status = round_run(config, chosen, n, argc > 0);
	}
	free(chosen);
	return status;
}

/* The number of the newest message in the database; -1 on error. */
static int64_t newest(const struct config *config)
{
	struct error err = ERROR_INIT;
	struct state *state = NULL;
	int64_t id = -1;

	if (state_open(&state, config->state_dir, STATE_READ, &err) == -1 ||
	    state_newest(state, &id, &err) == -1)
		log_error("%s", err.text);
	state_close(state);
	return id;
}

/* --exit-code: returns 1 when there was neither new mail nor trouble. */
static int fetch_and_tell(const struct invocation *inv,
			  const struct config *config, int argc, char **argv)
{
	int64_t before = newest(config);
	int status = fetch_accounts(inv, config, argc, argv);

	if (status == 0 && newest(config) == before)
		return 1;
	return status;
}

static int run(const struct invocation *inv, int argc, char **argv)
{
	char **names = xcalloc((size_t)argc, sizeof(*names));
	struct config *config = NULL;
	bool exit_code = false, known = true;
	int status = EX_USAGE, n = 0;

	for (int i = 1; i < argc && known; i++) {
		if (strcmp(argv[i], "--exit-code") == 0)
			exit_code = true;
		else if (argv[i][0] != '-')
			names[n++] = argv[i];
		else
			known = false;
	}
	if (!known)
		log_error("fetch: unknown option; see postroom fetch --help");
	else if ((config = cmd_load_config(inv)) == NULL)
		status = EX_CONFIG;
	if (config != NULL) {
		cmd_open_log(config);
		log_set_event_fd(inv->json && !inv->dry_run ? STDOUT_FILENO
							    : -1);
		status = exit_code && !inv->dry_run
				 ? fetch_and_tell(inv, config, n, names)
				 : fetch_accounts(inv, config, n, names);
	}
	config_free(config);
	free(names);
	return status;
}

const struct cmd cmd_fetch = {
	.name = "fetch",
	.summary = "fetch new mail and sort it (the default command)",
	.help = "usage: postroom fetch [-n] [-q|-v|-vv] [-c FILE] [--json] [--exit-code]\n"
		"                      [ACCOUNT…]\n"
		"\n"
		"Polls the accounts (without names: all of them), makes new mail durable in the\n"
		"spool, and sorts it into Maildir folders by the rules. Prints nothing when all\n"
		"goes well, unless standard error is a terminal.\n"
		"\n"
		"  -n, --dry-run  show what would be fetched and where it would go; change\n"
		"                 nothing, here or on the server\n"
		"  -q             print errors only\n"
		"  -v, -vv        print what is done and why; also the POP3 dialogue\n"
		"  --json         emit events as objects, one a line, on standard output\n"
		"  --exit-code    exit with status 1 when there was no new mail\n"
		"\n"
		"exit status: 0 done, 75 temporary trouble (the next run tries again), 77 a\n"
		"person must act (login, certificate), 78 the configuration is wrong, 64 usage\n"
		"\n"
		"example, for cron:  */5 * * * *  postroom fetch\n",
	.run = run,
};
