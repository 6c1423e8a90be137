/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <signal.h>
#include <sysexits.h>

#include "cmd/cmd.h"
#include "cmd/load.h"
#include "config/config.h"
#include "run/account.h"
#include "run/daemon.h"
#include "state/accounts.h"
#include "state/daemon.h"
#include "util/log.h"

#include "util/banned.h"

static int check(const struct config *config,
		 const struct daemon_record *daemon, const char *name,
		 struct error *err)
{
	const struct account *a = config_account(config, name);

	if (a == NULL)
		return error_set(err, ERR_USAGE,
				 "there is no account '%s' in %s", name,
				 config->path);
	if (daemon_record_has(daemon, name, a->enabled))
		return 0;
	if (!a->enabled)
		return error_set(err, ERR_USAGE,
				 "the account '%s' is disabled in %s", name,
				 config->path);
	return error_set(err, ERR_TEMPORARY,
			 "the daemon does not serve the account '%s'; postroom "
			 "fetch %s polls it",
			 name, name);
}

/* Record which accounts to poll; without names nothing, which means all. */
static int request(const struct config *config, int argc, char **argv,
		   struct error *err)
{
	struct daemon_record daemon = {0};
	struct state *state = NULL;
	int64_t id;
	int rc = state_open(&state, config->state_dir, STATE_WRITE, err);

	if (rc == 0)
		rc = state_get_daemon(state, &daemon, err);
	for (int i = 0; rc == 0 && i < argc; i++)
		rc = check(config, &daemon, argv[i], err);
	for (int i = 0; rc == 0 && i < argc; i++) {
		const struct account *a = config_account(config, argv[i]);

		rc = account_find(config, (size_t)(a - config->accounts), state,
				  &id, err);
		if (rc == 0)
			rc = state_request_poll(state, id, err);
	}
	daemon_record_release(&daemon);
	state_close(state);
	return rc;
}

static int ask(const struct config *config, int argc, char **argv,
	       struct error *err)
{
	long pid;
	int rc = daemon_find(config, &pid, err);

	if (rc == 0)
		return error_set(err, ERR_TEMPORARY,
				 "no daemon is running for %s; use postroom "
				 "fetch",
				 config->path);
	if (rc == 1)
		rc = request(config, argc, argv, err);
	if (rc == 0 && kill((pid_t)pid, SIGUSR1) == -1)
		rc = error_errno(err, ERR_TEMPORARY,
				 "cannot signal the daemon, process %ld", pid);
	return rc;
}

static int run_poll(const struct invocation *inv, int argc, char **argv)
{
	struct error err = ERROR_INIT;
	struct config *config;
	int rc;

	for (int i = 1; i < argc; i++) {
		if (argv[i][0] != '-')
			continue;
		log_error("poll: unknown option '%s'; see postroom help poll",
			  argv[i]);
		return EX_USAGE;
	}
	config = cmd_load_config(inv);
	if (config == NULL)
		return EX_CONFIG;
	rc = ask(config, argc - 1, argv + 1, &err);
	config_free(config);
	return cmd_outcome("poll", rc, &err);
}

const struct cmd cmd_poll = {
	.name = "poll",
	.summary = "tell the daemon to poll now",
	.help = "usage: postroom poll [ACCOUNT…]\n"
		"\n"
		"Tells the running daemon to poll these accounts (without names: all of them)\n"
		"now, even those that wait after trouble or a refused login. Does not wait for\n"
		"the result; postroom status shows it.\n"
		"\n"
		"exit status: 0 the daemon was told, 75 no daemon serves the account, 64 there\n"
		"is no such account\n"
		"\n"
		"example:  postroom poll work\n",
	.run = run_poll,
};
